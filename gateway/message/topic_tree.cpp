#include "message/topic_tree.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/text.h"

namespace sluice::message {
namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

using Levels = std::vector<std::string_view>;

/// The levels of `topic`, in memory that each thread keeps.
const Levels& split_levels(std::string_view topic) {
  static thread_local Levels levels;
  levels.clear();
  for (std::size_t begin = 0;;) {
    const auto slash = topic.find('/', begin);
    levels.push_back(topic.substr(begin, slash - begin));
    if (slash == topic.npos) return levels;
    begin = slash + 1;
  }
}

/// What is found so far on one way down the tree.
struct Walk {
  std::string_view topic;
  const Levels& levels;
  Levels& captures;
  std::vector<TopicTree::Match>& matches;
  std::size_t count = 0;

  void found(std::size_t number) {
    if (count == matches.size()) matches.emplace_back();
    matches[count].number = number;
    matches[count].captures.assign(captures.begin(), captures.end());
    ++count;
  }
};

}  // namespace

struct TopicTree::Node {
  using Child = std::unique_ptr<Node>;
  /// A wildcard's child; whether the level is captured belongs to the way, since `+` and `{x}` match alike.
  struct Wild {
    TopicFilter::Kind kind;
    bool captured;
    std::size_t tail;  // of `many`: the number of levels after it
    Child node;
  };

  std::unordered_map<std::string, Child, TextHash, std::equal_to<>> literals;
  std::vector<Wild> wilds;        // few: at most one a kind, captured or not, and tail
  std::vector<std::size_t> ends;  // filters that end here
  std::vector<std::size_t> rest;  // filters that end here with #

  Node& wild(TopicFilter::Kind kind, bool captured, std::size_t tail) {
    for (auto& child : wilds) {
      if (child.kind == kind && child.captured == captured && child.tail == tail) return *child.node;
    }
    wilds.push_back({kind, captured, tail, std::make_unique<Node>()});
    return *wilds.back().node;
  }

  void match(Walk& walk, std::size_t at, bool wildcards) const {
    const auto& levels = walk.levels;
    if (wildcards) {
      for (const auto number : rest) walk.found(number);
    }
    if (at == levels.size()) {
      for (const auto number : ends) walk.found(number);
      return;
    }
    if (!literals.empty()) {
      if (const auto child = literals.find(levels[at]); child != literals.end()) {
        child->second->match(walk, at + 1, true);
      }
    }
    if (!wildcards) return;
    for (const auto& child : wilds) {
      auto next = at + 1;
      if (child.kind == TopicFilter::Kind::one_int && !parse_int(levels[at])) continue;
      if (child.kind == TopicFilter::Kind::many) {
        // The levels after {x#} are fixed in number, so where it ends is known.
        if (levels.size() - at < child.tail + 1) continue;
        next = levels.size() - child.tail;
      }
      if (child.captured) {
        const auto* begin = levels[at].data();
        const auto& last = levels[next - 1];
        walk.captures.emplace_back(begin, static_cast<std::size_t>(last.data() + last.size() - begin));
      }
      child.node->match(walk, next, true);
      if (child.captured) walk.captures.pop_back();
    }
  }
};

TopicTree::TopicTree() : root_(std::make_unique<Node>()) {}
TopicTree::~TopicTree() = default;
TopicTree::TopicTree(TopicTree&&) noexcept = default;
TopicTree& TopicTree::operator=(TopicTree&&) noexcept = default;

void TopicTree::add(const TopicFilter& filter, std::size_t number) {
  auto* node = root_.get();
  const auto& levels = filter.levels();
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const auto& level = levels[i];
    if (level.kind == TopicFilter::Kind::rest) {
      node->rest.push_back(number);
      return;
    }
    if (level.kind == TopicFilter::Kind::literal) {
      auto& child = node->literals[level.text];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    } else {
      const auto tail = level.kind == TopicFilter::Kind::many ? levels.size() - i - 1 : 0;
      node = &node->wild(level.kind, !level.text.empty(), tail);
    }
  }
  node->ends.push_back(number);
}

std::size_t TopicTree::match(std::string_view topic, std::vector<Match>& matches) const {
  static thread_local Levels captures;
  captures.clear();
  Walk walk{topic, split_levels(topic), captures, matches};
  // MQTT 5, 4.7.2: a filter that starts with a wildcard does not match topics that begin with $.
  root_->match(walk, 0, !topic.starts_with('$'));
  const auto by_number = [](const Match& a, const Match& b) { return a.number < b.number; };
  const auto end = matches.begin() + static_cast<std::ptrdiff_t>(walk.count);
  if (!std::is_sorted(matches.begin(), end, by_number)) std::sort(matches.begin(), end, by_number);
  return walk.count;
}

}  // namespace sluice::message
