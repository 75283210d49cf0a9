#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "message/topic_tree.h"

namespace sluice::mqtt {

/// The filters to subscribe to, each under a Subscription Identifier (MQTT 5, 3.8.2.1.2), and which copy of a message
/// to take.
///
/// Where filters overlap, the broker sends one copy for each (3.3.4). The one to take is that of the lowest identifier
/// among the matching filters that are in force. Identifiers are made of the filter's text, so that messages kept in
/// the broker by an earlier run still carry the right ones.
class Subscriptions {
 public:
  struct Filter {
    std::string text;
    std::uint32_t identifier = 0;  // 1 to 268,435,455
    bool in_force = false;         // the broker has it now
    bool granted_before = false;   // by this process: its retained messages were seen
    bool contested = false;        // overlaps with a lower identifier's filter
  };

  /// Replaces the filters; what stays keeps its state. Returns the texts of those that were there and are gone.
  std::vector<std::string> set(std::vector<std::string> filters);
  /// A connection is up; without a session none is in force.
  void connected(bool session_present);
  void granted(std::uint32_t identifier);

  /// In ascending order of identifiers.
  const std::vector<Filter>& filters() const { return filters_; }
  /// True when this copy of a message, which came under `identifiers`, is the one to take.
  bool takes(std::string_view topic, std::span<const std::uint32_t> identifiers);

 private:
  std::vector<Filter> filters_;
  message::TopicTree tree_;  // by index in filters_
  std::vector<message::TopicTree::Match> matches_;
};

/// True when some topic name matches both filters.
bool overlap(std::string_view a, std::string_view b);

}  // namespace sluice::mqtt
