// The work of the `tensors` bench with libtorch on the CPU: prints `torch/op/size` and the median time in microseconds.
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

static std::string filter;

static void bench(const std::string &op, const std::string &size, const std::function<torch::Tensor()> &run) {
    const std::string id = "torch/" + op + "/" + size;
    if (id.find(filter) == std::string::npos) return;
    using clock = std::chrono::steady_clock;
    // As many calls a sample as fill about a millisecond, and samples for about a second.
    auto once = [&](long calls) {
        const auto start = clock::now();
        for (long i = 0; i < calls; ++i) run();
        return std::chrono::duration<double, std::micro>(clock::now() - start).count() / calls;
    };
    once(3);
    const long calls = std::max(1L, static_cast<long>(1000 / once(3)));
    std::vector<double> samples;
    for (const auto start = clock::now(); clock::now() - start < std::chrono::seconds(1) || samples.size() < 10;) samples.push_back(once(calls));
    std::sort(samples.begin(), samples.end());
    std::printf("%-32s %12.3f us\n", id.c_str(), samples[samples.size() / 2]);
    std::fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc > 1) filter = argv[1];
    torch::NoGradGuard no_grad;
    at::set_num_threads(2);
    for (long n : {1L, 16L, 1L << 10, 1L << 16, 1L << 20, 1L << 24}) {
        const auto x = torch::rand({n}), y = torch::rand({n});
        const auto size = std::to_string(n);
        bench("copy", size, [&] { return x.clone(); });
        bench("add", size, [&] { return x + y; });
        bench("exp", size, [&] { return x.exp(); });
        bench("log", size, [&] { return x.log(); });
        bench("tanh", size, [&] { return x.tanh(); });
        bench("sigmoid", size, [&] { return x.sigmoid(); });
        bench("relu", size, [&] { return x.relu(); });
        bench("sqrt", size, [&] { return x.sqrt(); });
        bench("sum", size, [&] { return x.sum(); });
        bench("max", size, [&] { return x.max(); });
        bench("argmax", size, [&] { return x.argmax(); });
    }
    const auto m = torch::rand({1024, 4096}), row = torch::rand({4096});
    bench("add-row", "1024x4096", [&] { return m + row; });
    bench("transpose-copy", "1024x4096", [&] { return m.t().contiguous(); });
    bench("to-f16", "1024x4096", [&] { return m.to(torch::kHalf); });
    bench("sum-rows", "1024x4096", [&] { return m.sum(1); });
    bench("sum-columns", "1024x4096", [&] { return m.sum(0); });
    bench("softmax", "1024x4096", [&] { return m.softmax(-1); });
    bench("log_softmax", "1024x4096", [&] { return m.log_softmax(-1); });
    for (long n : {64L, 256L, 512L, 1024L}) {
        const auto a = torch::rand({n, n}), b = torch::rand({n, n});
        bench("matmul", std::to_string(n), [&] { return a.matmul(b); });
    }
}
