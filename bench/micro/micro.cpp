// What the mapping engine costs: text to text beside others, messages a second, and rules that do not match.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "traffic.h"
#include "transforms.h"

namespace sluice::bench {
namespace {

using nlohmann::json;

bool same(const json& a, const json& b) {
  if (a.is_number() && b.is_number()) return std::abs(a.get<double>() - b.get<double>()) < 1e-9;
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_object()) {
    return std::all_of(a.items().begin(), a.items().end(),
                       [&](const auto& item) { return b.contains(item.key()) && same(item.value(), b[item.key()]); });
  }
  if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), same);
  return a == b;
}

/// The contenders must do the same.
void check(const Task& task) {
  const auto expected = json::parse(nlohmann_transform(task)(task.payload));
  for (auto* const contender : {sluice_transform, jq_transform}) {
    const auto transform = contender(task);
    const auto text = std::string(transform(task.payload));
    if (!same(expected, json::parse(text))) {
      throw std::runtime_error(std::string(task.name) + ": " + text + " is not " + expected.dump());
    }
  }
}

void measure(const std::string& name, const Transform& transform, const std::string& payload) {
  benchmark::RegisterBenchmark(name.c_str(), [transform, &payload](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(transform(payload));
  });
}

/// `make` is called when the benchmark first runs: those left out by a filter cost nothing.
void measure(const std::string& name, std::function<std::unique_ptr<Traffic>()> make) {
  benchmark::RegisterBenchmark(
      name.c_str(), [make = std::move(make), traffic = std::shared_ptr<Traffic>()](benchmark::State& state) mutable {
        if (traffic == nullptr) {
          traffic = make();
          for (int i = 0; i < 10'000; ++i) traffic->next();  // all keys are known, all memory is there
        }
        if (traffic->blocks() == 0) state.SkipWithError("no event came of it");
        for (auto _ : state) traffic->next();
        if (!traffic->failure().empty()) state.SkipWithError(traffic->failure().c_str());
      });
}

void declare() {
  for (const auto& task : tasks()) {
    check(task);
    const auto name = "text/" + std::string(task.name) + "/";
    measure(name + "sluice", sluice_transform(task), task.payload);
    measure(name + "nlohmann", nlohmann_transform(task), task.payload);
    measure(name + "jq", jq_transform(task), task.payload);
  }
  measure("rate/shortest", shortest);
  measure("rate/desk", [] { return worked("desk", "desk"); });
  measure("rate/bms-pack", [] { return worked("bms", "bms-pack"); });
  measure("rate/bms-cell", [] { return worked("bms", "bms-cell"); });
  for (const std::size_t others : {1U, 10U, 100U, 1000U, 10000U}) {
    measure("rules/" + std::to_string(others), [others] { return among(others); });
  }
}

}  // namespace
}  // namespace sluice::bench

int main(int argc, char** argv) {
  try {
    sluice::bench::declare();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  benchmark::RunSpecifiedBenchmarks();
}
