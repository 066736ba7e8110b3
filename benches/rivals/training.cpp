// The work of the `training` bench with libtorch on the CPU: prints `torch/step` and the median time in microseconds.
#include <torch/torch.h>

#include "timing.h"

static torch::Tensor classes(long rows) {
    return torch::arange(rows, torch::kLong).remainder(10);
}

static void classifier(const std::string &id, torch::nn::Sequential net, const torch::Tensor &x) {
    const auto targets = classes(x.size(0));
    torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(1e-3));
    bench(id, [&] {
        auto loss = torch::nn::functional::cross_entropy(net->forward(x), targets);
        adam.zero_grad();
        loss.backward();
        adam.step();
    });
}

int main(int argc, char **argv) {
    if (argc > 1) filter = argv[1];
    at::set_num_threads(2);
    namespace nn = torch::nn;
    classifier("train-mlp/784-512-10x128", nn::Sequential(nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 10)), torch::rand({128, 784}));
    const auto conv = [](long in, long out) { return nn::Conv2d(nn::Conv2dOptions(in, out, 3).padding(1)); };
    classifier("train-digits/32",
               nn::Sequential(conv(1, 16), nn::BatchNorm2d(16), nn::ReLU(), nn::MaxPool2d(2), conv(16, 32), nn::BatchNorm2d(32), nn::ReLU(),
                              nn::MaxPool2d(2), nn::Flatten(), nn::Linear(128, 64), nn::ReLU(), nn::Linear(64, 10)),
               torch::rand({32, 1, 8, 8}));
    nn::LSTM lstm(64, 128);
    const auto x = torch::rand({16, 32, 64});
    bench("lstm/16x32x64-128", [&] { std::get<0>(lstm->forward(x)).sum().backward(); });
    const auto leaf = [] { return torch::rand({8, 8, 128, 64}).requires_grad_(); };
    const auto query = leaf(), key = leaf(), value = leaf();
    bench("attention/8x8x128x64", [&] { at::scaled_dot_product_attention(query, key, value).sum().backward(); });
}
