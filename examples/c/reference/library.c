/* What this library is. */
#include "ffi.h"
#include <stdio.h>

static void heard(int64_t level, const char *text, int64_t len, void *user_data) {
    (void)user_data;
    fprintf(stderr, "level %d: %.*s\n", (int)level, (int)len, text);
}

int main(void) {
    rt_log_set_callback(heard, NULL);
    int64_t version = rt_abi_version();
    if (version >> 32 != RT_ABI_VERSION_MAJOR) return 1; /* built for another library */
    printf("has a version: %d\n", rt_version()[0] != '\0');
    printf("has Wasm: %d\n", (int)rt_has_feature("wasm", -1));
    rt_log_set_callback(NULL, NULL);
    return rt_shutdown() < 0;
}
/* Prints:
has a version: 1
has Wasm: 0
*/
