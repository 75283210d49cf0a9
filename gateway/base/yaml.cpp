#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace sluice {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;
constexpr std::size_t most_nodes = 200'000;
constexpr std::size_t most_levels = 64;
constexpr std::size_t most_errors = 50;

/// Ends the parse: what follows could only be larger.
struct Stop {};

/// Builds the tree from yaml-cpp's events, which still show aliases as aliases.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view file, Errors& errors) : file_(file), errors_(errors) {}

  bool begun() const { return begun_; }
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override { begun_ = true; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = make(YamlNode::Kind::null, mark);
    keep(anchor, node);
    add(std::move(node), mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      refuse(mark, "an alias inside of what it names never ends");
      throw Stop();
    }
    count(mark, found->second.nodes);
    if (stack_.size() + found->second.levels > most_levels) too_deep(mark);
    auto copy = found->second.node;
    copy.line = mark.line + 1;
    copy.column = mark.column + 1;
    copied_ = {found->second.nodes, found->second.levels};
    add(std::move(copy), mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    auto node = make(YamlNode::Kind::scalar, mark);
    node.quoted = tag == "!";
    node.text = text;
    check_tag(mark, tag, text);
    keep(anchor, node);
    add(std::move(node), mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    std::size_t nodes = 1;   // in it, itself too
    std::size_t levels = 1;  // of lists and maps
    std::unordered_set<std::string> names;
  };
  struct Anchored {
    YamlNode node;
    std::size_t nodes = 1;
    std::size_t levels = 0;
  };
  struct Size {
    std::size_t nodes = 1;
    std::size_t levels = 0;
  };

  void refuse(const YAML::Mark& mark, std::string message) {
    errors_.push_back({fmt::format("{}:{}:{}", file_, mark.line + 1, mark.column + 1), std::move(message)});
    if (errors_.size() >= most_errors) throw Stop();
  }

  [[noreturn]] void too_deep(const YAML::Mark& mark) {
    refuse(mark, fmt::format("nested deeper than {} levels", most_levels));
    throw Stop();
  }

  void count(const YAML::Mark& mark, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > most_nodes) {
      refuse(mark, fmt::format("more than {} nodes", most_nodes));
      throw Stop();
    }
  }

  YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark) {
    count(mark, 1);
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag, std::string_view text) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    if (tag.starts_with('!')) {
      const auto rest = tag.substr(1) + (text.empty() ? "" : " ") + std::string(text);
      refuse(mark, fmt::format("YAML reads '!' as a tag: write 'not {}'", excerpt(rest, 60)));
    } else {
      refuse(mark, fmt::format("tag '{}' has no meaning here", excerpt(tag, 60)));
    }
  }

  void keep(YAML::anchor_t anchor, const YamlNode& node) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, 1, 0};
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (stack_.size() >= most_levels) too_deep(mark);
    check_tag(mark, tag, "");
    if (anchor != YAML::NullAnchor) anchors_.erase(anchor);
    Open opened;
    opened.node = make(kind, mark);
    opened.mark = mark;
    opened.anchor = anchor;
    stack_.push_back(std::move(opened));
  }

  void close() {
    auto closed = std::move(stack_.back());
    stack_.pop_back();
    if (closed.anchor != YAML::NullAnchor) {
      count(closed.mark, closed.nodes);  // the copy that the anchor keeps
      anchors_[closed.anchor] = {closed.node, closed.nodes, closed.levels};
    }
    copied_ = {closed.nodes, closed.levels};
    add(std::move(closed.node), closed.mark);
  }

  /// Puts a finished node where it belongs; `copied_` is its size.
  void add(YamlNode node, const YAML::Mark& mark) {
    const auto size = std::exchange(copied_, Size{});
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& parent = stack_.back();
    parent.nodes += size.nodes;
    parent.levels = std::max(parent.levels, size.levels + 1);
    if (parent.node.is_map() && parent.node.children.size() % 2 == 0) check_name(parent, node, mark);
    parent.node.children.push_back(std::move(node));
  }

  void check_name(Open& map, YamlNode& name, const YAML::Mark& mark) {
    if (!name.is_scalar()) {
      refuse(mark, name.is_null() ? "a name is missing (null as a name: quote it)"
                                  : "a name must be a text (to start a value with '{' or '[': quote it)");
      name = YamlNode();
      name.kind = YamlNode::Kind::scalar;
      return;
    }
    if (name.text == "<<" && !name.quoted) {
      refuse(mark, "merge keys ('<<') are not read: repeat the fields, or name a type in types:");
    } else if (!map.names.insert(name.text).second) {
      refuse(mark, fmt::format("'{}' is given twice", excerpt(name.text, 60)));
    }
  }

  std::string_view file_;
  Errors& errors_;
  YamlNode root_;
  bool begun_ = false;
  std::vector<Open> stack_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;  // of nodes that are finished
  std::size_t nodes_ = 0;
  Size copied_;
};

/// yaml-cpp's message, with what most often stands behind it.
std::string explain(const std::string& message) {
  if (message.find("illegal map value") != std::string::npos) {
    return "not YAML: ': ' inside a plain value (quote the value)";
  }
  if (message.find("block scalar") != std::string::npos) {
    return "not YAML: a value that starts with '|' or '>' is a block of text (quote the value)";
  }
  if (message.find("end of map flow not found") != std::string::npos) return "not YAML: a '{' is not closed";
  if (message.find("end of sequence flow not found") != std::string::npos) return "not YAML: a '[' is not closed";
  if (message.find("illegal tab") != std::string::npos) return "not YAML: tabs cannot indent, write spaces";
  return "not YAML: " + excerpt(message, 200);
}

std::string at(std::string_view file, int line, int column) {
  return fmt::format("{}:{}:{}", file, line, column);
}

/// What is no text at all, before yaml-cpp sees it.
std::optional<Error> check_bytes(std::string_view text, std::string_view file) {
  if (text.size() > most_bytes) {
    return Error{std::string(file), fmt::format("{} bytes are too many: at most {} are read", text.size(), most_bytes)};
  }
  int line = 1;
  int column = 1;
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0) return Error{at(file, line, column), "bad UTF-8"};
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F) {
      return Error{at(file, line, column), fmt::format("control character {}", excerpt(text.substr(0, 1)))};
    }
    ++column;
    if (byte == '\n') {
      ++line;
      column = 1;
    }
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view name) const {
  if (!is_map()) return nullptr;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    if (children[i].text == name) return &children[i + 1];
  }
  return nullptr;
}

std::string where(std::string_view file, const YamlNode& node) {
  return at(file, node.line, node.column);
}

Expected<YamlNode, Errors> parse_yaml(std::string_view text, std::string_view file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Errors errors;
  if (auto error = check_bytes(text, file)) {
    errors.push_back(std::move(*error));
    return tl::unexpected(std::move(errors));
  }
  TreeBuilder first(file, errors);
  try {
    std::istringstream input{std::string(text)};
    YAML::Parser parser(input);
    parser.HandleNextDocument(first);
    Errors ignored;
    TreeBuilder second(file, ignored);
    parser.HandleNextDocument(second);
    if (second.begun()) {
      const auto place = second.take();
      errors.push_back({at(file, std::max(place.line, 1), std::max(place.column, 1)),
                        "a second document: one file is one document"});
    }
  } catch (const Stop&) {
    if (errors.empty()) errors.push_back({std::string(file), "a second document: one file is one document"});
  } catch (const YAML::Exception& error) {
    errors.push_back({at(file, error.mark.line + 1, error.mark.column + 1), explain(error.msg)});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  auto root = first.take();
  if (root.line == 0) root.line = root.column = 1;
  return root;
}

}  // namespace sluice
