// What the rivals share: the median time of a piece of work, as a line.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

static std::string filter;

static void bench(const std::string &name, const std::function<void()> &run) {
    const std::string id = "torch/" + name;
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
