// Made from the op table by shaders/tests/generated.rs; BLESS=1 cargo test -p shaders rewrites it.
#define REDUCE_SUM 0u
#define REDUCE_MEAN 1u
#define REDUCE_PROD 2u
#define REDUCE_MAX 3u
#define REDUCE_MIN 4u
#define REDUCE_ARGMAX 5u
#define REDUCE_ARGMIN 6u
#define REDUCE_ANY 7u
#define REDUCE_ALL 8u
#define DTYPE_F64 1u
#define DTYPE_F32 2u
#define DTYPE_F16 3u
#define DTYPE_BF16 4u
#define DTYPE_I64 5u
#define DTYPE_I32 6u
#define DTYPE_U8 7u
#define DTYPE_BOOL 8u
