#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "message/topic_filter.h"

namespace sluice::message {

/// Filters by level: finds those that match a topic in time that does not grow with those that do not.
///
/// Threads: like a container.
class TopicTree {
 public:
  TopicTree();
  ~TopicTree();
  TopicTree(TopicTree&&) noexcept;
  TopicTree& operator=(TopicTree&&) noexcept;

  /// Adds a filter under a number of the caller's; numbers need not differ.
  void add(const TopicFilter& filter, std::size_t number);

  struct Match {
    std::size_t number;
    std::vector<std::string_view> captures;  // parts of the topic, one per placeholder
  };
  /// Puts what matches into `matches`, in ascending order of numbers; reuses its memory. Returns how many there are
  /// (matches beyond that are left from earlier calls).
  std::size_t match(std::string_view topic, std::vector<Match>& matches) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace sluice::message
