#include "mapping/expression.h"

#include <algorithm>
#include <array>

#include "mapping/expression_fold.h"
#include "mapping/expression_functions.h"
#include "mapping/expression_node.h"
#include "mapping/expression_parser.h"

namespace sluice::mapping {
namespace {

using Op = Node::Op;

template <class T>
void sort_once(std::vector<T>& all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

bool reduces(const Node& node) {
  static constexpr std::array<std::string_view, 7> reducers{"min", "max", "sum", "mean", "count", "first", "last"};
  return node.op == Op::call && node.children.size() == 1 &&
         std::find(reducers.begin(), reducers.end(), node.function->name) != reducers.end();
}

/// How often the field is read, and how often of these reduced.
void count_reads(const Node& node, std::string_view field, std::size_t& reads, std::size_t& reduced) {
  for_each_node(node, [&](const Node& each) {
    if (each.op == Op::field && each.name == field) ++reads;
    if (reduces(each) && each.children[0]->op == Op::field && each.children[0]->name == field) ++reduced;
  });
}

/// Makes reductions of these fields read a member of them.
void read_running(NodePtr& node, const std::vector<std::string>& running) {
  for (auto& child : node->children) read_running(child, running);
  if (!reduces(*node) || node->children[0]->op != Op::field) return;
  if (std::find(running.begin(), running.end(), node->children[0]->name) == running.end()) return;
  auto member = make_node(Op::member, std::move(node->children[0]));
  member->name = node->function->name;
  node = std::move(member);
}

std::string last_name_of(const Node& node) {
  switch (node.op) {
    case Op::field:
      return node.name;
    case Op::member:
      return node.bracketed ? last_name_of(*node.children[0]) : node.name;
    case Op::index:
      return last_name_of(*node.children[0]);
    case Op::each: {
      auto name = last_name_of(*node.children[1]);
      return name.empty() ? last_name_of(*node.children[0]) : name;
    }
    case Op::topic:
      return "topic";
    case Op::time:
      return "time";
    case Op::retain:
      return "retain";
    case Op::qos:
      return "qos";
    case Op::payload:
      return "payload";
    default:
      return "";
  }
}

}  // namespace

Expression::Expression() = default;
Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

Expected<Expression> Expression::compile(std::string_view text, const Scope& scope, std::string_view shown) {
  auto root = parse_expression(text, shown.empty() ? text : shown, scope);
  if (!root) return tl::unexpected(root.error());
  Expression expression;
  expression.text_ = std::string(text);
  expression.root_ = fold(**root, {});
  if (!scope.running.empty()) read_running(expression.root_, scope.running);
  return expression;
}

Expected<const Value*> Expression::peek(const Environment& environment, Value& scratch) const {
  Evaluation evaluation{environment, nullptr, {}};
  const auto* const value = mapping::evaluate(*root_, evaluation, scratch);
  if (!value) return unexpected(std::move(evaluation.error));
  return value;
}

Expected<Value> Expression::evaluate(const Environment& environment) const {
  Value scratch;
  const auto value = peek(environment, scratch);
  if (!value) return tl::unexpected(value.error());
  if (*value == &scratch) return scratch;
  return **value;
}

Expected<bool> Expression::holds(const Environment& environment) const {
  Evaluation evaluation{environment, nullptr, {}};
  const int result = mapping::holds(*root_, evaluation);
  if (result < 0) return unexpected(std::move(evaluation.error));
  return result == 1;
}

std::vector<std::string> Expression::fields() const {
  std::vector<std::string> names;
  for_each_node(*root_, [&](const Node& node) {
    if (node.op == Op::field) names.push_back(node.name);
  });
  sort_once(names);
  return names;
}

bool Expression::reads_record() const {
  bool reads = false;
  for_each_node(*root_, [&](const Node& node) { reads = reads || node.op == Op::record; });
  return reads;
}

bool Expression::only_reduces(std::string_view field) const {
  std::size_t reads = 0;
  std::size_t reduced = 0;
  count_reads(*root_, field, reads, reduced);
  return reads > 0 && reads == reduced;
}

std::vector<event::TypeNumber> Expression::latest_types() const {
  std::vector<event::TypeNumber> types;
  for_each_node(*root_, [&](const Node& node) {
    if (node.op == Op::latest) types.push_back(node.type);
  });
  sort_once(types);
  return types;
}

std::string Expression::last_name() const {
  return last_name_of(*root_);
}

}  // namespace sluice::mapping
