#include "mapping/expression_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sluice::mapping {
namespace {

constexpr std::string_view use_else = "use 'a if condition else b', or 'a else b' for a null default";

struct Foreign {
  std::string_view spelling;
  std::string_view instead;
};
constexpr std::array foreign{Foreign{"&&", "use 'and'"},
                             Foreign{"||", "use 'or'"},
                             Foreign{"===", "use '=='"},
                             Foreign{"!==", "use '!='"},
                             Foreign{"??", "use 'a else b'"},
                             Foreign{"?.", "write '.': a path through null is null"},
                             Foreign{"?", use_else},
                             Foreign{":", use_else},
                             Foreign{"**", "there is no power"}};
constexpr std::array symbols{"==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", "."};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t word_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && (starts_word(text[length]) || is_digit(text[length]))) ++length;
  return length;
}

/// Digits with what may follow them in a number: wide, so that `1.2.3` and `5cm` are one wrong number.
std::size_t number_length(std::string_view text) {
  std::size_t length = 0;
  for (; length < text.size(); ++length) {
    const char c = text[length];
    const bool sign = (c == '+' || c == '-') && length > 0 && (text[length - 1] == 'e' || text[length - 1] == 'E');
    if (!is_digit(c) && !starts_word(c) && c != '.' && !sign) break;
  }
  return length;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : rest_(source) {}

  Expected<std::vector<Token>> read() {
    std::vector<Token> tokens;
    for (;;) {
      while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n' || rest_[0] == '\r')) {
        rest_.remove_prefix(1);
      }
      if (rest_.empty()) {
        tokens.emplace_back();
        return tokens;
      }
      auto token = next();
      if (!token) return tl::unexpected(token.error());
      tokens.push_back(std::move(*token));
    }
  }

 private:
  Expected<Token> next() {
    if (is_digit(rest_[0])) return number();
    if (rest_[0] == '\'') return text();
    if (starts_word(rest_[0])) return make(Token::Kind::word, word_length(rest_));
    for (const auto& [spelling, instead] : foreign) {
      if (rest_.starts_with(spelling)) return unexpected(std::string(instead));
    }
    for (const std::string_view symbol : symbols) {
      if (rest_.starts_with(symbol)) return make(Token::Kind::symbol, symbol.size());
    }
    if (rest_[0] == '=') return unexpected("use '==' to compare");
    if (rest_[0] == '!') return unexpected("use 'not'");
    if (rest_[0] == '"') return unexpected("a text stands in single quotes");
    return unexpected(
        fmt::format("'{}' means nothing", excerpt(rest_.substr(0, std::max<std::size_t>(utf8_length(rest_), 1)))));
  }

  Token make(Token::Kind kind, std::size_t length) {
    Token token{kind, rest_.substr(0, length), {}};
    rest_.remove_prefix(length);
    return token;
  }

  Expected<Token> number() {
    auto token = make(Token::Kind::number, number_length(rest_));
    const auto integer = parse_int(token.spelling);
    const auto number = parse_number(token.spelling);
    if (!number) return unexpected(fmt::format("'{}' is no number", excerpt(token.spelling, 40)));
    token.value = integer ? Value(*integer) : Value(*number);
    return token;
  }

  Expected<Token> text() {
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\'') {
        if (i + 1 == rest_.size() || rest_[i + 1] != '\'') {
          auto token = make(Token::Kind::text, i + 1);
          token.value = Value(value);
          return token;
        }
        ++i;
      }
      value += rest_[i];
    }
    return unexpected("a text without its closing quote");
  }

  std::string_view rest_;
};

}  // namespace

Expected<std::vector<Token>> read_tokens(std::string_view source) {
  return Lexer(source).read();
}

bool is_keyword(std::string_view word) {
  constexpr std::array<std::string_view, 9> words{"and", "or", "not", "in", "if", "else", "true", "false", "null"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace sluice::mapping
