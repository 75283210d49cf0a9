#include "mapping/sparkplug/topic.h"

#include <string>
#include <vector>

#include "base/text.h"

namespace sluice::mapping::sparkplug {
namespace {

struct Verb {
  std::string_view name;
  Topic::Kind kind;
  bool has_device;
};
constexpr Verb verbs[] = {
    {"NBIRTH", Topic::Kind::node_birth, false},  {"NDEATH", Topic::Kind::node_death, false},
    {"NDATA", Topic::Kind::node_data, false},    {"NCMD", Topic::Kind::other, false},
    {"DBIRTH", Topic::Kind::device_birth, true}, {"DDEATH", Topic::Kind::device_death, true},
    {"DDATA", Topic::Kind::device_data, true},   {"DCMD", Topic::Kind::other, true},
};

tl::unexpected<Error> no_topic(std::string_view topic) {
  return unexpected("topic '" + excerpt(topic) + "' is none of Sparkplug B: expected " + std::string(name_space) +
                    ", group, kind of message, node and, for D..., device");
}

/// `STATE/host` (Sparkplug 2.2) or, below the namespace, `STATE/host` (3.0, 4.2.3).
bool is_host_state(const std::vector<std::string_view>& levels) {
  return (levels.size() == 2 && levels[0] == "STATE") ||
         (levels.size() == 3 && levels[0] == name_space && levels[1] == "STATE");
}

}  // namespace

Expected<Topic> read_topic(std::string_view topic, std::size_t name_bytes) {
  const auto levels = split(topic, '/');
  if (is_host_state(levels)) return Topic{};
  if (levels.size() < 4 || levels.size() > 5 || levels[0] != name_space) return no_topic(topic);
  for (const auto level : levels) {
    if (level.empty()) return no_topic(topic);
    if (level.size() > name_bytes) {
      return unexpected("topic level '" + excerpt(level, 40) + "' is longer than " + std::to_string(name_bytes) +
                        " bytes");
    }
  }
  for (const auto& verb : verbs) {
    if (levels[2] != verb.name || levels.size() != (verb.has_device ? 5U : 4U)) continue;
    return Topic{verb.kind, levels[1], levels[3], verb.has_device ? levels[4] : std::string_view{}};
  }
  return no_topic(topic);
}

}  // namespace sluice::mapping::sparkplug
