#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "message/topic_tree.h"
#include "mqtt/copy_count.h"

namespace sluice::mqtt {

/// The filters to subscribe to, each under a Subscription Identifier (MQTT 5, 3.8.2.1.2), and which copy of a message
/// to take.
///
/// Where filters overlap, the broker sends one copy for each (3.3.4). The one to take is that of the lowest identifier
/// among the matching filters that are in force. Identifiers are made of the filter's text, so that messages kept in
/// the broker by an earlier run still carry the right ones.
///
/// Order: when the set changes, a filter that goes stays until those that take its place are in force, so that nothing
/// is lost between the two. What the broker had queued before each step still comes after it: until settle() the copies
/// of a message on topics that both old and new filters match are told by counting, not by what is in force.
class Subscriptions {
 public:
  struct Filter {
    std::string text;
    std::uint32_t identifier = 0;  // 1 to 268,435,455
    bool in_force = false;         // the broker has it now
    bool granted_before = false;   // by this process: its retained messages were seen
    bool contested = false;        // overlaps with a lower identifier's filter, or with one that comes or goes
    bool refused = false;          // by the broker
    bool fresh = false;            // came with the last change
    bool leaving = false;          // not wanted any more
    bool ended = false;            // and the broker was told so
  };

  /// Replaces the filters; what stays keeps its state, what is gone is leaving.
  void set(std::vector<std::string> filters);
  /// A connection is up; without a session none is in force.
  void connected(bool session_present);
  void granted(std::uint32_t identifier);
  void refused(std::uint32_t identifier);

  /// The texts of the filters to unsubscribe from now: those leaving whose place is taken. Each is told once.
  std::vector<std::string> end_leaving();
  /// True from a change on until settle().
  bool unsettled() const { return unsettled_; }
  /// The change is over: nothing that the broker sends is from before it. Only when all that is wanted was granted or
  /// refused, and all that leaves was ended.
  void settle();
  bool may_settle() const;

  /// In ascending order of identifiers; those leaving too.
  const std::vector<Filter>& filters() const { return filters_; }

  /// A message as it came under `identifiers`.
  struct Copy {
    std::string_view topic;
    std::span<const std::uint32_t> identifiers;
    std::string_view payload = {};
    bool retain = false;
  };
  /// True when this copy of a message is the one to take.
  bool takes(const Copy& copy);

 private:
  void arrange();
  bool takes_while_unsettled(const Copy& copy, std::size_t matches);

  std::vector<Filter> filters_;
  message::TopicTree tree_;  // by index in filters_
  std::vector<message::TopicTree::Match> matches_;
  bool unsettled_ = false;
  CopyCount copies_;  // while unsettled
};

/// True when some topic name matches both filters.
bool overlap(std::string_view a, std::string_view b);

}  // namespace sluice::mqtt
