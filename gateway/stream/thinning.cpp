#include "stream/thinning.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace sluice::stream {
namespace {

struct Name {
  event::TypeNumber type;
  std::string_view key_json;
  friend bool operator==(const Name&, const Name&) = default;
};

struct NameHash {
  std::size_t operator()(const Name& name) const {
    return std::hash<std::string_view>{}(name.key_json) * 31 + name.type;
  }
};

}  // namespace

std::size_t leave_newest(std::vector<event::EventPtr>& events, const std::vector<event::TypeNumber>* types,
                         event::TypeNumber gap_type, PartsOf* parts_of) {
  std::unordered_map<Name, Parts, NameHash> seen;
  const auto superseded = [&](const event::EventPtr& event) {
    if (event->type == gap_type) return false;
    if (types != nullptr && std::ranges::find(*types, event->type) == types->end()) return false;
    const auto parts = parts_of == nullptr ? Parts{1} : parts_of(*event);
    auto& newer = seen[{event->type, event->key_json}];
    const bool all_newer = (parts & ~newer) == 0;
    newer |= parts;
    return all_newer;
  };
  std::vector<event::EventPtr> left;
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (!superseded(*event)) left.push_back(*event);
  }
  std::ranges::reverse(left);
  const auto out = events.size() - left.size();
  events = std::move(left);
  return out;
}

}  // namespace sluice::stream
