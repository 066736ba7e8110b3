// The work of the `tensors` bench with libtorch on the CPU: prints `torch/op/size` and the median time in microseconds.
#include <torch/torch.h>

#include "timing.h"

int main(int argc, char **argv) {
    if (argc > 1) filter = argv[1];
    torch::NoGradGuard no_grad;
    at::set_num_threads(2);
    for (long n : {1L, 16L, 1L << 10, 1L << 16, 1L << 20, 1L << 24}) {
        const auto x = torch::rand({n}), y = torch::rand({n});
        const auto size = std::to_string(n);
        bench("copy/" + size, [&] { x.clone(); });
        bench("add/" + size, [&] { x + y; });
        bench("exp/" + size, [&] { x.exp(); });
        bench("log/" + size, [&] { x.log(); });
        bench("tanh/" + size, [&] { x.tanh(); });
        bench("sigmoid/" + size, [&] { x.sigmoid(); });
        bench("relu/" + size, [&] { x.relu(); });
        bench("sqrt/" + size, [&] { x.sqrt(); });
        bench("sum/" + size, [&] { x.sum(); });
        bench("max/" + size, [&] { x.max(); });
        bench("argmax/" + size, [&] { x.argmax(); });
    }
    const auto m = torch::rand({1024, 4096}), row = torch::rand({4096});
    bench("add-row/1024x4096", [&] { m + row; });
    bench("transpose-copy/1024x4096", [&] { m.t().contiguous(); });
    bench("to-f16/1024x4096", [&] { m.to(torch::kHalf); });
    bench("sum-rows/1024x4096", [&] { m.sum(1); });
    bench("sum-columns/1024x4096", [&] { m.sum(0); });
    bench("softmax/1024x4096", [&] { m.softmax(-1); });
    bench("log_softmax/1024x4096", [&] { m.log_softmax(-1); });
    for (long n : {64L, 256L, 512L, 1024L}) {
        const auto a = torch::rand({n, n}), b = torch::rand({n, n});
        bench("matmul/" + std::to_string(n), [&] { a.matmul(b); });
    }
}
