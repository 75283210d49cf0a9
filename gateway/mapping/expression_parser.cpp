#include "mapping/expression_parser.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mapping/expression_functions.h"
#include "mapping/expression_tokens.h"

namespace sluice::mapping {
namespace {

using Op = Node::Op;

struct Binary {
  std::string_view spelling;
  int strength;
  Op op;
};
// `a if c else b` and `a else b` bind weaker than all of these, `not` between and and the comparisons.
constexpr int not_strength = 3;
constexpr int comparison = 4;
constexpr std::array binaries{
    Binary{"or", 1, Op::logical_or},      Binary{"and", 2, Op::logical_and},
    Binary{"==", comparison, Op::equal},  Binary{"!=", comparison, Op::unequal},
    Binary{"<", comparison, Op::less},    Binary{"<=", comparison, Op::less_equal},
    Binary{">", comparison, Op::greater}, Binary{">=", comparison, Op::greater_equal},
    Binary{"in", comparison, Op::in},     Binary{"+", 5, Op::add},
    Binary{"-", 5, Op::subtract},         Binary{"*", 6, Op::multiply},
    Binary{"/", 6, Op::divide},           Binary{"%", 6, Op::modulo},
};
constexpr int weakest = 1;

/// A Pratt parser. Each function gives null once `error_` says what is wrong.
class Parser {
 public:
  Parser(std::vector<Token> tokens, std::string_view shown, const Scope& scope)
      : tokens_(std::move(tokens)), shown_(shown), scope_(scope) {}

  Expected<NodePtr> parse() {
    auto root = whole();
    if (root && token().kind != Token::Kind::end) root = wrong("an operator");
    if (!root) return unexpected(error_);
    return root;
  }

 private:
  const Token& token() const { return tokens_[next_]; }
  const Token& token_after() const { return tokens_[std::min(next_ + 1, tokens_.size() - 1)]; }

  bool take(std::string_view spelling) {
    if (!token().is(spelling)) return false;
    ++next_;
    return true;
  }

  NodePtr fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
    return nullptr;
  }

  NodePtr fail_here(std::string_view message) { return fail(fmt::format("{} in '{}'", message, excerpt(shown_))); }

  NodePtr wrong(std::string_view expected) {
    const bool closing = expected == "')'" || expected == "']'";
    if (token().kind == Token::Kind::end) {
      return fail_here(
          closing ? fmt::format("{} expected (in a {{ }} map a comma ends the value: quote the expression)", expected)
                  : fmt::format("{} expected at the end", expected));
    }
    return fail_here(fmt::format("{} expected, not '{}'", expected, excerpt(token().spelling, 40)));
  }

  bool need(std::string_view symbol) {
    if (take(symbol)) return true;
    wrong(fmt::format("'{}'", symbol));
    return false;
  }

  template <class... Children>
  NodePtr make(Op op, Children... children) {
    auto node = make_node(op, std::move(children)...);
    return node->levels > Node::most_levels ? too_deep() : std::move(node);
  }

  NodePtr too_deep() { return fail_here(fmt::format("more than {} levels", Node::most_levels)); }

  /// One more level of what nests in the text; the node's own levels bound the tree.
  struct Level {
    explicit Level(int& count) : count_(count) { ++count_; }
    ~Level() { --count_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& count_;
  };

  NodePtr whole() {
    const Level level(levels_);
    if (levels_ > Node::most_levels) return too_deep();
    auto value = operation(weakest);
    if (!value) return nullptr;
    if (take("if")) {
      auto condition = operation(weakest);
      if (!condition) return nullptr;
      if (!take("else")) return wrong("'else'");
      auto otherwise = whole();
      return otherwise ? make(Op::choose, std::move(value), std::move(condition), std::move(otherwise)) : nullptr;
    }
    if (take("else")) {
      auto otherwise = whole();
      return otherwise ? make(Op::fallback, std::move(value), std::move(otherwise)) : nullptr;
    }
    return value;
  }

  const Binary* binary() const {
    for (const auto& candidate : binaries) {
      if (token().is(candidate.spelling)) return &candidate;
    }
    return nullptr;
  }

  NodePtr operation(int least_strength) {
    auto left = least_strength <= not_strength && token().is("not") ? negation() : unary();
    bool compared = false;
    while (left) {
      const auto* const found = binary();
      if (!found || found->strength < least_strength) return left;
      if (found->strength == comparison && std::exchange(compared, true)) {
        return fail_here("write 'a < b and b < c' for two comparisons");
      }
      ++next_;
      auto right = operation(found->strength + 1);
      left = right ? make(found->op, std::move(left), std::move(right)) : nullptr;
    }
    return left;
  }

  NodePtr negation() {
    const Level level(levels_);
    if (levels_ > Node::most_levels) return too_deep();
    ++next_;  // not
    auto operand = operation(not_strength);
    return operand ? make(Op::logical_not, std::move(operand)) : nullptr;
  }

  NodePtr unary() {
    const Level level(levels_);
    if (levels_ > Node::most_levels) return too_deep();
    if (take("-")) {
      auto operand = unary();
      return operand ? make(Op::negate, std::move(operand)) : nullptr;
    }
    auto value = primary();
    return value ? path(std::move(value)) : nullptr;
  }

  /// What follows a value: .name, [expr], [*].
  NodePtr path(NodePtr base) {
    for (;;) {
      if (take(".")) {
        if (token().kind != Token::Kind::word) return wrong("a name");
        base = member(std::move(base), std::string(tokens_[next_++].spelling), false);
      } else if (token().is("[") && token_after().is("*")) {
        next_ += 2;
        if (!need("]")) return nullptr;
        const Level level(levels_);
        if (levels_ > Node::most_levels) return too_deep();
        auto rest = path(make(Op::element));
        return rest ? make(Op::each, std::move(base), std::move(rest)) : nullptr;
      } else if (take("[")) {
        auto key = whole();
        if (!key || !need("]")) return nullptr;
        if (key->op == Op::literal && key->value.is_text()) {
          base = member(std::move(base), std::string(key->value.as_text()), true);
        } else {
          base = make(Op::index, std::move(base), std::move(key));
        }
      } else {
        return base;
      }
      if (!base) return nullptr;
    }
  }

  NodePtr member(NodePtr base, std::string name, bool bracketed) {
    auto node = make(Op::member, std::move(base));
    if (!node) return nullptr;
    node->name = std::move(name);
    node->bracketed = bracketed;
    return node;
  }

  NodePtr primary() {
    switch (token().kind) {
      case Token::Kind::number:
      case Token::Kind::text:
        return make_literal(std::move(tokens_[next_++].value));
      case Token::Kind::word:
        return word();
      default:
        break;
    }
    if (take("(")) {
      auto inner = whole();
      return inner && need(")") ? std::move(inner) : nullptr;
    }
    if (take("[")) return list();
    return wrong("a value");
  }

  NodePtr list() {
    auto node = make(Op::list);
    if (take("]")) return node;
    return arguments(*node, "]") ? checked(std::move(node)) : nullptr;
  }

  /// Reads expressions between commas up to `closing`.
  bool arguments(Node& node, std::string_view closing) {
    do {
      auto argument = whole();
      if (!argument) return false;
      node.levels = std::max(node.levels, argument->levels + 1);
      node.children.push_back(std::move(argument));
    } while (take(","));
    return need(closing);
  }

  NodePtr checked(NodePtr node) { return node->levels > Node::most_levels ? too_deep() : std::move(node); }

  NodePtr word() {
    const auto name = tokens_[next_].spelling;
    if (token_after().is("(") && !is_keyword(name)) return call(name);
    if (is_keyword(name) && name != "true" && name != "false" && name != "null") return wrong("a value");
    ++next_;
    if (name == "true" || name == "false") return make_literal(Value(name == "true"));
    if (name == "null") return make_literal(Value());
    if (name == "this") return make(Op::record);
    if (name == "msg") return message();
    if (name == "latest") return latest();
    if (scope_.query && name == "query") return make(Op::query);
    if (scope_.query && name == "event") return make(Op::event);
    if (scope_.body && name == "body") return make(Op::body);
    if (const auto* const constant = scope_.constants ? scope_.constants->find(name) : nullptr) {
      return make_literal(*constant);
    }
    if (scope_.field) {
      if (const auto known = scope_.field(name); !known) return fail(known.error().message);
    }
    auto node = make(Op::field);
    node->name = std::string(name);
    return node;
  }

  /// The word after the next dot; nullopt when there is none.
  std::optional<std::string_view> take_part() {
    if (!token().is(".") || token_after().kind != Token::Kind::word) return std::nullopt;
    next_ += 2;
    return tokens_[next_ - 1].spelling;
  }

  NodePtr message() {
    static const std::vector<std::string> parts{"topic", "time", "retain", "qos", "payload"};
    static constexpr std::array ops{Op::topic, Op::time, Op::retain, Op::qos, Op::payload};
    if (!scope_.message) return fail_here("'msg' cannot be read here");
    const auto part = take_part();
    if (!part) return fail_here("'msg' is read by its parts: msg.topic, .time, .retain, .qos or .payload");
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i] == *part) return make(ops[i]);
    }
    return fail(fmt::format("'msg.{}' in '{}' is not known{}", *part, excerpt(shown_), did_you_mean(*part, parts)));
  }

  NodePtr latest() {
    if (!scope_.event) return fail_here("'latest' cannot be read here");
    const auto first = take_part();
    if (!first) return fail_here("'latest' is read by event: latest.reading.value");
    auto type = scope_.event(*first);
    if (!type) {
      // Not of the own file: then the first part is a file, the second its event.
      const auto error = type.error();
      const auto second = take_part();
      if (second) type = scope_.event(fmt::format("{}.{}", *first, *second));
      if (!type) return fail(error.message);
    }
    auto node = make(Op::latest);
    node->type = *type;
    return node;
  }

  NodePtr call(std::string_view name) {
    const auto* const function = find_function(name);
    if (!function) {
      return fail(
          fmt::format("unknown function '{}' in '{}'{}", name, excerpt(shown_), did_you_mean(name, function_names())));
    }
    next_ += 2;
    auto node = make(name == "time" ? Op::date_time : Op::call);
    node->function = function;
    if (!take(")") && !arguments(*node, ")")) return nullptr;
    const auto count = node->children.size();
    if (count < function->least_arguments || count > function->most_arguments) {
      return fail_here(fmt::format("'{}' takes {}, not {},", name, arity(*function), count));
    }
    if (node->op == Op::date_time && !find_zone(*node)) return nullptr;
    return checked(std::move(node));
  }

  static std::string arity(const Function& function) {
    const auto least = function.least_arguments;
    const auto most = function.most_arguments;
    if (most == Function::any_number) return fmt::format("{} to {} arguments", least, most);
    return least == most ? fmt::format("{} argument{}", least, least == 1 ? "" : "s")
                         : fmt::format("{} or {} arguments", least, most);
  }

  /// A zone that is written out is found once, here.
  bool find_zone(Node& node) {
    std::string name = scope_.zone;
    if (node.children.size() > 1) {
      const auto& argument = *node.children[1];
      if (argument.op != Op::literal) return true;
      if (argument.value.is_text()) name = std::string(argument.value.as_text());
      node.children.pop_back();
    }
    const auto zone = Zone::find(name);
    if (!zone) {
      fail_here(zone.error().message);
      return false;
    }
    node.zone = *zone;
    return true;
  }

  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::string_view shown_;
  const Scope& scope_;
  int levels_ = 0;
  std::string error_;
};

}  // namespace

Expected<NodePtr> parse_expression(std::string_view text, std::string_view shown, const Scope& scope) {
  auto tokens = read_tokens(text);
  if (!tokens) return unexpected(fmt::format("{} in '{}'", tokens.error().message, excerpt(shown)));
  return Parser(std::move(*tokens), shown, scope).parse();
}

}  // namespace sluice::mapping
