#include "mapping/expression_fold.h"

namespace sluice::mapping {
namespace {

using Op = Node::Op;

bool is_literal(const Node& node) {
  return node.op == Op::literal;
}

/// A literal condition: 1, 0; -1 for none, also for one that is no bool.
int truth(const Node& node) {
  if (!is_literal(node)) return -1;
  if (node.value.is_null()) return 0;
  return node.value.is_bool() ? (node.value.as_bool() ? 1 : 0) : -1;
}

/// True when the node never fails.
bool is_safe(const Node& node) {
  switch (node.op) {
    case Op::literal:
    case Op::field:
    case Op::record:
    case Op::query:
    case Op::event:
    case Op::member:
    case Op::index:
    case Op::fallback:
    case Op::equal:
    case Op::unequal:
    case Op::in:
      break;
    default:
      return false;
  }
  return std::all_of(node.children.begin(), node.children.end(), [](const auto& child) { return is_safe(*child); });
}

/// True when the node never fails and is true, false or null.
bool is_safe_condition(const Node& node) {
  switch (node.op) {
    case Op::literal:
      return truth(node) >= 0;
    case Op::equal:
    case Op::unequal:
    case Op::in:
      return is_safe(node);
    case Op::logical_not:
    case Op::logical_and:
    case Op::logical_or:
      return std::all_of(node.children.begin(), node.children.end(),
                         [](const auto& child) { return is_safe_condition(*child); });
    default:
      return false;
  }
}

/// True for nodes whose value comes from their children alone.
bool is_operator(Op op) {
  switch (op) {
    case Op::literal:
    case Op::field:
    case Op::record:
    case Op::topic:
    case Op::time:
    case Op::retain:
    case Op::qos:
    case Op::payload:
    case Op::latest:
    case Op::query:
    case Op::body:
    case Op::event:
    case Op::element:
    case Op::each:  // its second child is open
      return false;
    default:
      return true;
  }
}

bool is_condition_of(const Node& parent, std::size_t child) {
  return parent.op == Op::logical_not || parent.op == Op::logical_and || parent.op == Op::logical_or ||
         (parent.op == Op::choose && child == 1);
}

/// `and` and `or`, both sides folded. `neutral` is the side that changes nothing: true for `and`.
NodePtr fold_logical(NodePtr node, bool as_condition) {
  const int neutral = node->op == Op::logical_and ? 1 : 0;
  auto& left = node->children[0];
  auto& right = node->children[1];
  const int left_truth = truth(*left);
  const int right_truth = truth(*right);
  if (left_truth >= 0 && left_truth != neutral) return make_literal(Value(left_truth == 1));
  if (right_truth >= 0 && right_truth != neutral && is_safe_condition(*left))
    return make_literal(Value(right_truth == 1));
  if (as_condition && left_truth == neutral) return std::move(right);
  if (as_condition && right_truth == neutral) return std::move(left);
  return node;
}

NodePtr fold(const Node& node, const Known& known, bool as_condition) {
  if (node.op == Op::query && known.query) return make_literal(*known.query);
  if (node.op == Op::event && known.event) return make_literal(Value(*known.event));
  if (node.op == Op::member && node.children[0]->op == Op::query && known.query) {
    const auto* const parameter = known.query->find(node.name);
    return make_literal(parameter ? *parameter : Value());
  }

  auto folded = std::make_unique<Node>(node.op);
  folded->bracketed = node.bracketed;
  folded->levels = node.levels;
  folded->type = node.type;
  folded->name = node.name;
  folded->value = node.value;
  folded->zone = node.zone;
  folded->function = node.function;
  bool all_literal = is_operator(node.op);
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool condition = is_condition_of(node, i) || (as_condition && node.op == Op::choose && i != 1);
    folded->children.push_back(fold(*node.children[i], known, condition));
    all_literal = all_literal && is_literal(*folded->children.back());
  }

  if (all_literal) {
    const Environment nothing;
    Evaluation evaluation{nothing, nullptr, {}};
    Value scratch;
    const auto* const value = evaluate(*folded, evaluation, scratch);
    return value ? make_literal(*value) : std::move(folded);  // what fails, fails each time
  }
  switch (folded->op) {
    case Op::logical_and:
    case Op::logical_or:
      return fold_logical(std::move(folded), as_condition);
    case Op::choose: {
      const int condition = truth(*folded->children[1]);
      return condition < 0 ? std::move(folded) : std::move(folded->children[condition == 1 ? 0 : 2]);
    }
    case Op::fallback:
      if (!is_literal(*folded->children[0])) return folded;
      return std::move(folded->children[folded->children[0]->value.is_null() ? 1 : 0]);
    default:
      return folded;
  }
}

}  // namespace

NodePtr fold(const Node& node, const Known& known) {
  return fold(node, known, false);
}

NodePtr fold_condition(const Node& node, const Known& known) {
  return fold(node, known, true);
}

}  // namespace sluice::mapping
