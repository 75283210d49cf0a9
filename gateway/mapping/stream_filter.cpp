#include "mapping/stream_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>

#include "base/text.h"
#include "mapping/expression.h"
#include "mapping/expression_fold.h"
#include "mapping/expression_node.h"

namespace sluice::mapping {
namespace {

using Op = Node::Op;
using KeyTest = std::pair<std::string, std::vector<Value>>;
using ErrorCount = std::shared_ptr<std::atomic<std::uint64_t>>;

bool is_key(const Node& node, const std::vector<std::string>& key_fields) {
  return node.op == Op::field && std::find(key_fields.begin(), key_fields.end(), node.name) != key_fields.end();
}

void add_once(std::vector<Value>& values, const Value& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

/// The test of one key field that the node is: `key == c`, `key in [...]`, or several of one field joined by `or`.
std::optional<KeyTest> key_test(const Node& node, const std::vector<std::string>& key_fields) {
  if (node.op == Op::logical_or) {
    auto left = key_test(*node.children[0], key_fields);
    const auto right = key_test(*node.children[1], key_fields);
    if (!left || !right || left->first != right->first) return std::nullopt;
    for (const auto& value : right->second) add_once(left->second, value);
    return left;
  }
  if (node.op != Op::equal && node.op != Op::in) return std::nullopt;
  const auto& left = *node.children[0];
  const auto& right = *node.children[1];
  if (node.op == Op::equal && left.op == Op::literal && is_key(right, key_fields)) {
    return KeyTest{right.name, {left.value}};
  }
  if (!is_key(left, key_fields) || right.op != Op::literal) return std::nullopt;
  KeyTest test{left.name, {}};
  if (node.op == Op::equal || !(right.value.is_list() || right.value.is_object())) {
    if (node.op == Op::equal || !right.value.is_null()) test.second.push_back(right.value);
  } else if (right.value.is_list()) {
    for (const auto& value : right.value.as_list()) add_once(test.second, value);
  } else {
    for (const auto& member : right.value.as_object()) test.second.push_back(member.name);
  }
  return test;
}

/// The names x that are read as `query.x`.
std::set<std::string, std::less<>> names_of_query(const Node& root) {
  std::set<std::string, std::less<>> names;
  for_each_node(root, [&](const Node& node) {
    if (node.op == Op::member && node.children[0]->op == Op::query) names.insert(node.name);
  });
  return names;
}

/// True when `query` stands somewhere else than before a name.
bool reads_whole_query(const Node& root) {
  int places = 0;
  for_each_node(root, [&](const Node& node) {
    places += static_cast<int>(node.op == Op::query);
    places -= static_cast<int>(node.op == Op::member && node.children[0]->op == Op::query);
  });
  return places > 0;
}

/// A filter of one event type with the query folded in.
class FoldedFilter final : public event::EventFilter {
 public:
  FoldedFilter(NodePtr root, const std::vector<std::string>& key_fields, std::string name, ErrorCount errors)
      : root_(std::move(root)), event_(std::move(name)), errors_(std::move(errors)) {
    if (root_->op == Op::literal) {
      never_ = !root_->value.is_bool() || !root_->value.as_bool();
    } else {
      split(*root_, key_fields);
    }
    for (const auto& test : key_tests_) never_ = never_ || test.second.empty();
  }

  bool never() const override { return never_; }
  const std::vector<KeyTest>& key_tests() const override { return key_tests_; }
  bool key_only() const override { return key_only_; }

  bool matches(const Value& key, const Value& fields) const override {
    Environment environment;
    environment.record = &fields;
    environment.key = &key;
    environment.event = event_;
    Evaluation evaluation{environment, nullptr, {}};
    const int result = holds(*root_, evaluation);
    if (result < 0) errors_->fetch_add(1, std::memory_order_relaxed);
    return result == 1;
  }

 private:
  /// Takes the key tests out of what `and` joins.
  void split(const Node& node, const std::vector<std::string>& key_fields) {
    if (node.op == Op::logical_and) {
      split(*node.children[0], key_fields);
      split(*node.children[1], key_fields);
    } else if (auto test = key_test(node, key_fields)) {
      key_tests_.push_back(std::move(*test));
    } else {
      key_only_ = false;
    }
  }

  NodePtr root_;
  std::string event_;
  ErrorCount errors_;
  std::vector<KeyTest> key_tests_;
  bool key_only_ = true;
  bool never_ = false;
};

class CompiledFilter final : public event::StreamFilter {
 public:
  CompiledFilter(Expression expression, std::vector<FilterType> types)
      : expression_(std::move(expression)),
        types_(std::move(types)),
        queried_(names_of_query(*expression_.root())),
        reads_whole_query_(reads_whole_query(*expression_.root())),
        errors_(std::make_shared<std::atomic<std::uint64_t>>(0)) {}

  bool reads_fields(event::TypeNumber number) const override {
    const auto& type = find(number);
    const auto root = fold_condition(*expression_.root(), {nullptr, type.name});
    bool reads = false;
    for_each_node(*root, [&](const Node& node) {
      reads = reads || node.op == Op::record || (node.op == Op::field && !is_key(node, type.key_fields));
    });
    return reads;
  }

  bool reads_query(std::string_view name) const override { return reads_whole_query_ || queried_.contains(name); }

  std::unique_ptr<event::EventFilter> fold(event::TypeNumber number, const Value& query) const override {
    const auto& type = find(number);
    auto root = fold_condition(*expression_.root(), {&query, type.name});
    return std::make_unique<FoldedFilter>(std::move(root), type.key_fields, type.name, errors_);
  }

  std::uint64_t errors() const override { return errors_->load(std::memory_order_relaxed); }

 private:
  const FilterType& find(event::TypeNumber number) const {
    static const FilterType unknown;
    const auto found =
        std::find_if(types_.begin(), types_.end(), [&](const FilterType& type) { return type.number == number; });
    return found == types_.end() ? unknown : *found;
  }

  Expression expression_;
  std::vector<FilterType> types_;
  std::set<std::string, std::less<>> queried_;
  bool reads_whole_query_;
  ErrorCount errors_;
};

/// The names that events of these types can have; nullopt when one of them may have any.
std::optional<std::vector<std::string>> provided_names(const std::vector<FilterType>& types) {
  std::set<std::string> names;
  for (const auto& type : types) {
    if (!type.type || type.type->kind != Type::Kind::record) return std::nullopt;
    names.insert(type.key_fields.begin(), type.key_fields.end());
    for (const auto& field : type.type->fields) names.insert(field.name);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace

Expected<std::shared_ptr<const event::StreamFilter>, Errors> compile_stream_filter(const YamlNode& when,
                                                                                   std::string_view file,
                                                                                   const Value& constants,
                                                                                   std::vector<FilterType> types) {
  const auto fail = [&](std::string message) {
    return tl::unexpected(Errors{{where(file, when), std::move(message)}});
  };
  if (!when.is_scalar()) return fail("when: is a condition, as in 'desk in query.desk'");
  Scope scope;
  scope.constants = &constants;
  scope.query = true;
  const auto provided = provided_names(types);
  if (provided && !types.empty()) {
    scope.field = [&provided](std::string_view name) -> Expected<void> {
      if (std::binary_search(provided->begin(), provided->end(), name)) return {};
      return unexpected(fmt::format("when reads '{}', which no event of the stream has{}", excerpt(name, 60),
                                    did_you_mean(name, *provided)));
    };
  }
  auto expression = Expression::compile(when.text, scope);
  if (!expression) return fail(expression.error().message);
  for (auto& type : types) type.type = nullptr;
  return std::make_shared<const CompiledFilter>(std::move(*expression), std::move(types));
}

std::vector<std::string> query_names(const YamlNode& when) {
  Scope scope;
  scope.query = true;
  const auto expression = Expression::compile(when.text, scope);
  if (!expression) return {};
  const auto names = names_of_query(*expression->root());
  return {names.begin(), names.end()};
}

}  // namespace sluice::mapping
