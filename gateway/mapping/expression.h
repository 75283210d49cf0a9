#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/value.h"
#include "base/yaml.h"
#include "event/event.h"
#include "message/message.h"

namespace sluice::mapping {

/// The newest values of events, as `latest.E.f` reads them.
class LatestValues {
 public:
  virtual ~LatestValues() = default;
  /// The data and key fields of the newest event of that type whose key fields equal those of the same names in
  /// `record`; nullptr when there is none.
  virtual const Value* find(event::TypeNumber type, const Value& record) const = 0;
};

/// What names mean while an expression is evaluated. Pointers may be null where the scope never gave such names.
struct Environment {
  const Value* record = nullptr;              // an object: bare names and `this`
  const Value* key = nullptr;                 // an object whose members hide those of the record, in a stream's filter
  const message::Message* message = nullptr;  // `msg.topic` `.time` `.retain` `.qos`
  const Value* payload = nullptr;             // `msg.payload`
  const LatestValues* latest = nullptr;       // `latest.E.f`
  const Value* query = nullptr;               // `query.x` in a stream's filter
  const Value* body = nullptr;                // `body.x` in a command's reply
  std::string_view event{};                   // `event` in a stream's filter: the type's name
};

/// What names mean when an expression is compiled.
///
/// Threads: the loader's.
struct Scope {
  /// Constants by name; an object's members. Win over fields.
  const Value* constants = nullptr;
  /// The type number of an event name as the file writes it (`height`, `desk.height`), for `latest.E`; unset: `latest`
  /// is not readable here.
  std::function<Expected<event::TypeNumber>(std::string_view name)> event;
  /// True where a bare name may be read. Unset: every name. Error text: "... reads 'raw_mn', which nothing provides -
  /// did you mean 'raw_mm'?"
  std::function<Expected<void>(std::string_view name)> field;
  /// Fields that hold running values in the place of a list: of these `mean(x)` reads `x.mean`, and so with `min max
  /// sum count first last`.
  std::vector<std::string> running;
  bool message = false;      // `msg`
  bool query = false;        // `query` and `event`
  bool body = false;         // `body`
  std::string zone = "UTC";  // default of time(text, zone)
};

/// A compiled expression: pure, always ends, at most 64 levels deep (mapping-language "Expressions").
///
/// Threads: any (immutable).
class Expression {
 public:
  Expression();
  ~Expression();
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;

  /// Compiles `text` (without the leading `=`).
  /// Error: `message` only, in the forms of mapping-language "Load-time errors"; the caller knows the place. `shown` is
  /// what they quote where it is not `text`.
  static Expected<Expression> compile(std::string_view text, const Scope& scope, std::string_view shown = {});

  /// Error: "text 'high' in '+'", "division by zero" ...
  Expected<Value> evaluate(const Environment& environment) const;
  /// The same without a copy: where the expression is a path, its value in place, else one computed into `scratch`. It
  /// stands until `scratch` or what the environment points to changes. Never null.
  Expected<const Value*> peek(const Environment& environment, Value& scratch) const;
  /// As a condition: null is false; other types than bool are an error.
  Expected<bool> holds(const Environment& environment) const;

  /// The names it reads: bare fields (first level), sorted, each once.
  std::vector<std::string> fields() const;
  /// True when it reads the record as a whole (`this`).
  bool reads_record() const;
  /// True when it reads the field, and each time as the only argument of `min max sum mean count first last`.
  bool only_reduces(std::string_view field) const;
  /// The types whose `latest` it reads, sorted, each once.
  std::vector<event::TypeNumber> latest_types() const;
  /// The last part of a path (`a.b` -> `b`, `x[..]` -> `x`), for `changed`; "" when it is no path.
  std::string last_name() const;
  const std::string& text() const { return text_; }

  struct Node;
  const Node* root() const { return root_.get(); }  // for the folding of stream filters

 private:
  std::string text_;
  std::unique_ptr<Node> root_;
};

/// A value as `set`, `data` and `publish` write it: `=expr`, a text with `{expr}` in it, a literal, a list or map of
/// such.
///
/// Threads: any (immutable).
class Template {
 public:
  Template();
  ~Template();
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;

  /// Error: each with `where`.
  static Expected<Template, Errors> compile(const YamlNode& node, std::string_view file, const Scope& scope);
  Expected<Value> evaluate(const Environment& environment) const;
  std::vector<std::string> fields() const;
  bool reads_record() const;
  bool only_reduces(std::string_view field) const;
  std::vector<event::TypeNumber> latest_types() const;

 private:
  friend class TemplateCompiler;
  struct Node;
  static Expected<Value> evaluate(const Node& node, const Environment& environment);
  static void visit(const Node& node, const std::function<void(const Expression&)>& use);
  std::unique_ptr<Node> root_;
};

/// The plain YAML scalar as a value: `true`, `false`, `null`, JSON numbers (`007`, `yes`, `1_000` stay texts); quoted:
/// a text. Lists and maps are lists and objects of such.
Value literal(const YamlNode& node);

}  // namespace sluice::mapping
