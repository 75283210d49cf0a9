// How fast a capture is mapped, beside how fast its messages are mapped when they are in memory already: what reading
// the capture costs. One round of both after the other, several times; the median of the ratios counts.
//
//   bench_replay CAPTURE MAPPINGS [ROUNDS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "mapping/mapper.h"
#include "recording/capture_reader.h"
#include "recording/replayer.h"

namespace {

using namespace sluice;
using Steady = std::chrono::steady_clock;

constexpr std::size_t batch = 1000;  // messages, after which what came of them is thrown away

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

std::vector<message::Message> read_all(const std::string& path) {
  std::vector<message::Message> messages;
  auto reader = recording::open_capture(path);
  if (!reader) {
    std::fprintf(stderr, "%s\n", reader.error().text().c_str());
    std::exit(66);
  }
  recording::CapturedMessage captured;
  for (;;) {
    const auto read = (*reader)->next(captured);
    if (!read || !*read) return messages;
    messages.push_back(captured.message);
    const auto started = (*reader)->started().value_or(Timestamp{});
    messages.back().time = started + std::chrono::floor<milliseconds>(captured.time);
  }
}

/// Seconds that the engine takes for messages in memory.
double engine(const std::shared_ptr<const mapping::MappingSet>& set, const std::vector<message::Message>& messages) {
  mapping::Mapper mapper(set);
  mapping::Output output;
  const auto start = Steady::now();
  std::size_t count = 0;
  for (const auto& message : messages) {
    mapper.map(message, output);
    if (++count % batch == 0) output.clear();
  }
  return seconds_since(start);
}

/// Seconds that a replay at its highest speed takes, from the opened capture to the last message mapped.
double replay(const std::shared_ptr<const mapping::MappingSet>& set, const std::string& path) {
  mapping::Mapper mapper(set);
  mapping::Output output;
  const auto start = Steady::now();
  auto replayer = recording::Replayer::make([path] { return recording::open_capture(path); }, {.speed = 0});
  if (!replayer) std::exit(66);
  while (!(*replayer)->ended()) {
    (*replayer)->play(milliseconds(1000), batch,
                      [&](recording::CapturedMessage& captured) { mapper.map(captured.message, output); });
    output.clear();
  }
  return seconds_since(start);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "bench_replay CAPTURE MAPPINGS [ROUNDS]\n");
    return 64;
  }
  const std::string path = argv[1];
  event::EventCatalog catalog;
  const auto set = mapping::MappingSet::load(argv[2], catalog);
  if (!set) {
    std::fprintf(stderr, "%s\n", set.error().front().text().c_str());
    return 78;
  }
  const int rounds = argc > 3 ? std::max(std::atoi(argv[3]), 1) : 5;
  const auto messages = read_all(path);
  std::vector<double> engines;
  std::vector<double> replays;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    engines.push_back(engine(*set, messages));
    replays.push_back(replay(*set, path));
    ratios.push_back(engines.back() / replays.back());
  }
  const auto count = static_cast<double>(messages.size());
  std::printf("%zu messages; engine %.0f/s, replay %.0f/s, ratio %.2f (median of %d rounds)\n", messages.size(),
              count / median(engines), count / median(replays), median(ratios), rounds);
  return 0;
}
