#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "base/zone.h"
#include "mapping/expression.h"

namespace sluice::mapping {

struct Function;

/// One node of a compiled expression.
///
/// Threads: any (immutable once compiled).
struct Expression::Node {
  enum class Op : std::uint8_t {
    literal,  // value
    field,    // name, of the record
    record,   // this
    topic,    // msg.topic
    time,     // msg.time
    retain,   // msg.retain
    qos,      // msg.qos
    payload,  // msg.payload
    latest,   // the newest value of event `type`
    query,    // the request's parameters
    body,     // the command's body
    event,    // the event type's name
    element,  // of the list that the nearest `each` above walks
    member,   // child 0, name
    index,    // child 0, child 1
    each,     // child 0[*], child 1 for every element
    list,     // of the children
    negate,   // arithmetic from here ...
    add,
    subtract,
    multiply,
    divide,
    modulo,  // ... to here
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    logical_not,
    logical_and,
    logical_or,
    choose,     // child 0 if child 1 else child 2
    fallback,   // child 0 else child 1
    call,       // function of the children
    date_time,  // time(child 0, child 1 or `zone`)
  };
  static constexpr int most_levels = 64;

  explicit Node(Op what) : op(what) {}

  Op op;
  bool bracketed = false;  // a member written in brackets
  int levels = 1;          // of the tree from here down
  event::TypeNumber type = 0;
  std::string name;
  Value value;
  Zone zone;
  const Function* function = nullptr;
  std::vector<std::unique_ptr<Node>> children;
};

using Node = Expression::Node;
using NodePtr = std::unique_ptr<Node>;

/// One evaluation under way.
struct Evaluation {
  const Environment& environment;
  const Value* element = nullptr;
  std::string error;  // set once a node gave nullptr

  const Value* fail(std::string message) {
    error = std::move(message);
    return nullptr;
  }
};

/// The value of a node: in place where it is part of the environment or of the tree, else computed into `scratch`. It
/// stands until scratch or the environment changes.
///
/// Error: nullptr; `evaluation.error` says why.
const Value* evaluate(const Node& node, Evaluation& evaluation, Value& scratch);

/// As a condition: 1, 0, or -1 for an error.
int holds(const Node& node, Evaluation& evaluation);

/// `text 'high'`, `list`: a value in an error message.
std::string described(const Value& value);

/// Calls `visit` with the node and all below it.
template <class Visit>
void for_each_node(const Node& node, const Visit& visit) {
  visit(node);
  for (const auto& child : node.children) for_each_node(*child, visit);
}

NodePtr make_literal(Value value);
template <class... Children>
NodePtr make_node(Node::Op op, Children... children) {
  auto node = std::make_unique<Node>(op);
  (node->children.push_back(std::move(children)), ...);
  for (const auto& child : node->children) node->levels = std::max(node->levels, child->levels + 1);
  return node;
}
/// A deep copy.
NodePtr copy(const Node& node);

}  // namespace sluice::mapping
