#include "message/filter_cover.h"

#include <functional>
#include <map>
#include <string_view>
#include <utility>

namespace sluice::message {
namespace {

/// All filters by level, so that those that cover one are found without looking at the others.
class CoverTree {
 public:
  /// False when an equal one is there already.
  bool add(std::string_view filter) {
    auto* node = &root_;
    each_level(filter, [&](std::string_view level) { node = &node->below[std::string(level)]; });
    return !std::exchange(node->is_filter, true);
  }

  /// True when another filter matches all that this one, which is there, matches.
  bool covers(std::string_view filter) const {
    std::vector<std::string_view> levels;
    each_level(filter, [&](std::string_view level) { levels.push_back(level); });
    // MQTT 5, 4.7.2: a leading wildcard leaves out $-topics.
    const bool wildcards = !filter.starts_with('$');
    return covered(root_, levels, 0, wildcards, true);
  }

 private:
  struct Node {
    std::map<std::string, Node, std::less<>> below;
    bool is_filter = false;
  };

  // Every topic has a first level, so "#" is "+/#".
  template <class Visit>
  static void each_level(std::string_view filter, Visit visit) {
    if (filter == "#") visit("+");
    for (;;) {
      const auto slash = filter.find('/');
      visit(filter.substr(0, slash));
      if (slash == filter.npos) return;
      filter.remove_prefix(slash + 1);
    }
  }

  /// `itself`: the way down to `node` is the filter's own.
  static bool covered(const Node& node, const std::vector<std::string_view>& levels, std::size_t at, bool wildcards,
                      bool itself) {
    const bool at_end = at == levels.size();
    const bool at_rest = !at_end && levels[at] == "#";
    const auto rest = node.below.find("#");
    if (rest != node.below.end() && rest->second.is_filter && wildcards && !(itself && at_rest)) return true;
    if (at_end) return node.is_filter && !itself;
    if (at_rest) return false;
    const auto go_on = [&](std::string_view level, bool same) {
      const auto next = node.below.find(level);
      return next != node.below.end() && covered(next->second, levels, at + 1, true, same);
    };
    if (levels[at] != "+" && wildcards && go_on("+", false)) return true;
    return go_on(levels[at], itself);
  }

  Node root_;
};

}  // namespace

std::vector<std::string> smallest_cover(const std::vector<std::string>& filters) {
  CoverTree tree;
  std::vector<std::string> kept;
  for (const auto& filter : filters) {
    if (tree.add(filter)) kept.push_back(filter);
  }
  std::erase_if(kept, [&](const std::string& filter) { return tree.covers(filter); });
  return kept;
}

}  // namespace sluice::message
