#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/date_time.h"
#include "base/json.h"
#include "base/text.h"
#include "mapping/expression_arithmetic.h"
#include "mapping/expression_functions.h"
#include "mapping/expression_node.h"

namespace sluice::mapping {
namespace {

using Op = Node::Op;

const Value nothing;

const Value* or_nothing(const Value* value) {
  return value ? value : &nothing;
}

const Value* field(const std::string& name, const Environment& environment) {
  if (environment.key) {
    if (const auto* const found = environment.key->find(name)) return found;
  }
  return or_nothing(environment.record ? environment.record->find(name) : nullptr);
}

/// What the message says of itself.
const Value* message_part(Op op, const Environment& environment, Value& scratch) {
  if (!environment.message) return &nothing;
  const auto& message = *environment.message;
  switch (op) {
    case Op::topic:
      scratch = Value(message.topic);
      break;
    case Op::time:
      scratch = Value(to_ms(message.time));
      break;
    case Op::retain:
      scratch = Value(message.retain);
      break;
    default:
      scratch = Value(message.qos);
  }
  return &scratch;
}

const Value* at(const Value& list, const Value& position) {
  double place = 0;
  if (position.is_int()) {
    const auto i = position.as_int();
    const auto size = static_cast<std::int64_t>(list.as_list().size());
    return i >= 0 && i < size ? &list.as_list()[static_cast<std::size_t>(i)] : &nothing;
  }
  place = position.as_number();
  if (place != std::trunc(place) || place < 0 || place >= static_cast<double>(list.as_list().size())) return &nothing;
  return &list.as_list()[static_cast<std::size_t>(place)];
}

const Value* index(const Node& node, Evaluation& evaluation, Value& scratch) {
  const auto* const base = evaluate(*node.children[0], evaluation, scratch);
  if (!base) return nullptr;
  Value key_scratch;
  const auto* const key = evaluate(*node.children[1], evaluation, key_scratch);
  if (!key) return nullptr;
  if (base->is_list() && key->is_number()) return at(*base, *key);
  if (base->is_object() && key->is_text()) return or_nothing(base->find(key->as_text()));
  return &nothing;
}

const Value* each(const Node& node, Evaluation& evaluation, Value& scratch) {
  Value base_scratch;
  const auto* const base = evaluate(*node.children[0], evaluation, base_scratch);
  if (!base) return nullptr;
  if (!base->is_list()) return &nothing;
  Value::List list;
  list.reserve(base->as_list().size());
  const auto* const outer = evaluation.element;
  for (const auto& element : base->as_list()) {
    evaluation.element = &element;
    Value element_scratch;
    const auto* const value = evaluate(*node.children[1], evaluation, element_scratch);
    if (!value) return nullptr;
    list.push_back(*value);
  }
  evaluation.element = outer;
  scratch = Value(std::move(list));
  return &scratch;
}

const Value* list(const Node& node, Evaluation& evaluation, Value& scratch) {
  Value::List list;
  list.reserve(node.children.size());
  for (const auto& child : node.children) {
    Value child_scratch;
    const auto* const value = evaluate(*child, evaluation, child_scratch);
    if (!value) return nullptr;
    list.push_back(*value);
  }
  scratch = Value(std::move(list));
  return &scratch;
}

bool contains(const Value& whole, const Value& value) {
  if (whole.is_null()) return false;
  if (whole.is_object()) return value.is_text() && whole.find(value.as_text()) != nullptr;
  if (!whole.is_list()) return whole == value;
  const auto& list = whole.as_list();
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string_view symbol(Op op) {
  switch (op) {
    case Op::less:
      return "<";
    case Op::less_equal:
      return "<=";
    case Op::greater:
      return ">";
    default:
      return ">=";
  }
}

bool is_order(Op op, int compared) {
  switch (op) {
    case Op::less:
      return compared < 0;
    case Op::less_equal:
      return compared <= 0;
    case Op::greater:
      return compared > 0;
    default:
      return compared >= 0;
  }
}

const Value* compare(const Node& node, const Value& a, const Value& b, Evaluation& evaluation, Value& scratch) {
  const auto op = node.op;
  if (op == Op::equal) {
    scratch = Value(a == b);
  } else if (op == Op::unequal) {
    scratch = Value(!(a == b));
  } else if (op == Op::in) {
    scratch = Value(contains(b, a));
  } else if (a.is_null() || b.is_null()) {
    scratch = Value(false);
  } else if (a.is_number() && b.is_number()) {
    scratch = Value(is_order(op, compare_numbers(a, b)));
  } else if (a.is_text() && b.is_text()) {
    scratch = Value(is_order(op, a.as_text().compare(b.as_text())));
  } else {
    return evaluation.fail(fmt::format("{} {} {}", described(a), symbol(op), described(b)));
  }
  return &scratch;
}

const Value* binary(const Node& node, Evaluation& evaluation, Value& scratch) {
  Value left_scratch;
  Value right_scratch;
  const auto* const left = evaluate(*node.children[0], evaluation, left_scratch);
  if (!left) return nullptr;
  const auto* const right = evaluate(*node.children[1], evaluation, right_scratch);
  if (!right) return nullptr;
  if (node.op >= Op::equal) return compare(node, *left, *right, evaluation, scratch);
  return arithmetic(node.op, *left, *right, scratch, evaluation.error) ? &scratch : nullptr;
}

const Value* logical(const Node& node, Evaluation& evaluation, Value& scratch) {
  int result = holds(*node.children[0], evaluation);
  if (result >= 0 && node.op == Op::logical_not) {
    result = 1 - result;
  } else if (result == (node.op == Op::logical_and ? 1 : 0)) {
    result = holds(*node.children[1], evaluation);
  }
  if (result < 0) return nullptr;
  scratch = Value(result == 1);
  return &scratch;
}

const Value* call(const Node& node, Evaluation& evaluation, Value& scratch) {
  constexpr std::size_t few = 4;
  const auto count = node.children.size();
  std::array<Value, few> few_scratches;
  std::array<const Value*, few> few_arguments{};
  std::vector<Value> many_scratches(count > few ? count : 0);
  std::vector<const Value*> many_arguments(count > few ? count : 0);
  auto* const scratches = count > few ? many_scratches.data() : few_scratches.data();
  auto* const arguments = count > few ? many_arguments.data() : few_arguments.data();
  for (std::size_t i = 0; i < count; ++i) {
    arguments[i] = evaluate(*node.children[i], evaluation, scratches[i]);
    if (!arguments[i]) return nullptr;
  }
  return node.function->call({arguments, count}, scratch, evaluation.error) ? &scratch : nullptr;
}

const Value* date_time(const Node& node, Evaluation& evaluation, Value& scratch) {
  Value text_scratch;
  const auto* const text = evaluate(*node.children[0], evaluation, text_scratch);
  if (!text) return nullptr;
  auto zone = node.zone;
  if (node.children.size() > 1) {
    Value zone_scratch;
    const auto* const name = evaluate(*node.children[1], evaluation, zone_scratch);
    if (!name) return nullptr;
    if (!name->is_null()) {
      if (!name->is_text()) return evaluation.fail(described(*name) + " as a time zone");
      const auto found = Zone::find(name->as_text());
      if (!found) return evaluation.fail(found.error().message);
      zone = *found;
    }
  }
  const auto time = text->is_text() ? parse_date_time(text->as_text(), zone) : std::nullopt;
  scratch = time ? Value(to_ms(*time)) : Value();
  return &scratch;
}

}  // namespace

const Value* evaluate(const Node& node, Evaluation& evaluation, Value& scratch) {
  const auto& environment = evaluation.environment;
  switch (node.op) {
    case Op::literal:
      return &node.value;
    case Op::field:
      return field(node.name, environment);
    case Op::record:
      return or_nothing(environment.record);
    case Op::topic:
    case Op::time:
    case Op::retain:
    case Op::qos:
      return message_part(node.op, environment, scratch);
    case Op::payload:
      return or_nothing(environment.payload);
    case Op::latest:
      if (!environment.latest || !environment.record) return &nothing;
      return or_nothing(environment.latest->find(node.type, *environment.record));
    case Op::query:
      return or_nothing(environment.query);
    case Op::body:
      return or_nothing(environment.body);
    case Op::event:
      scratch = Value(environment.event);
      return &scratch;
    case Op::element:
      return or_nothing(evaluation.element);
    case Op::member: {
      const auto* const base = evaluate(*node.children[0], evaluation, scratch);
      return base ? or_nothing(base->find(node.name)) : nullptr;
    }
    case Op::index:
      return index(node, evaluation, scratch);
    case Op::each:
      return each(node, evaluation, scratch);
    case Op::list:
      return list(node, evaluation, scratch);
    case Op::negate: {
      Value operand_scratch;
      const auto* const operand = evaluate(*node.children[0], evaluation, operand_scratch);
      return operand && negate(*operand, scratch, evaluation.error) ? &scratch : nullptr;
    }
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::modulo:
    case Op::equal:
    case Op::unequal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::in:
      return binary(node, evaluation, scratch);
    case Op::logical_not:
    case Op::logical_and:
    case Op::logical_or:
      return logical(node, evaluation, scratch);
    case Op::choose: {
      const int condition = holds(*node.children[1], evaluation);
      return condition < 0 ? nullptr : evaluate(*node.children[condition == 1 ? 0 : 2], evaluation, scratch);
    }
    case Op::fallback: {
      const auto* const value = evaluate(*node.children[0], evaluation, scratch);
      return !value || !value->is_null() ? value : evaluate(*node.children[1], evaluation, scratch);
    }
    case Op::call:
      return call(node, evaluation, scratch);
    case Op::date_time:
      return date_time(node, evaluation, scratch);
  }
  return &nothing;
}

int holds(const Node& node, Evaluation& evaluation) {
  Value scratch;
  const auto* const value = evaluate(node, evaluation, scratch);
  if (!value) return -1;
  if (value->is_bool()) return value->as_bool() ? 1 : 0;
  if (value->is_null()) return 0;
  evaluation.error = described(*value) + " as a condition: true or false expected";
  return -1;
}

std::string described(const Value& value) {
  const auto kind = std::string(kind_name(value.kind()));
  if (value.is_text()) return kind + " '" + excerpt(value.as_text(), 40) + "'";
  if (value.is_list() || value.is_object() || value.is_null()) return kind;
  return kind + " " + to_json(value);
}

NodePtr make_literal(Value value) {
  auto node = std::make_unique<Node>(Op::literal);
  node->value = std::move(value);
  return node;
}

NodePtr copy(const Node& node) {
  auto made = std::make_unique<Node>(node.op);
  made->bracketed = node.bracketed;
  made->levels = node.levels;
  made->type = node.type;
  made->name = node.name;
  made->value = node.value;
  made->zone = node.zone;
  made->function = node.function;
  for (const auto& child : node.children) made->children.push_back(copy(*child));
  return made;
}

}  // namespace sluice::mapping
