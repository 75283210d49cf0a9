#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::mqtt {

/// Tells copies of one message from messages that look alike, by counting them for each Subscription Identifier.
///
/// A broker sends the copies of a message on one topic one after the other, and each subscription gets each message
/// once (MQTT 5, 4.6: in order). So of a run of equal messages on a topic there are as many as the subscription that
/// got the most copies says. Bound: `most_topics`, which the caller keeps by full().
class CopyCount {
 public:
  static constexpr std::size_t most_topics = 100'000;

  /// True when something was taken on that topic.
  bool knows(std::string_view topic) const { return topics_.find(topic) != topics_.end(); }
  /// True when no further topic may be counted.
  bool full() const { return topics_.size() >= most_topics; }
  /// Counts a copy that came under `identifiers`. True when it is the first of its message.
  bool is_first(std::string_view topic, std::uint64_t content, std::span<const std::uint32_t> identifiers);
  void clear() { topics_.clear(); }

 private:
  struct Run {
    std::uint64_t content = 0;  // hash
    std::uint64_t taken = 0;
    std::vector<std::pair<std::uint32_t, std::uint64_t>> copies;  // by identifier
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, Run, Hash, std::equal_to<>> topics_;
};

}  // namespace sluice::mqtt
