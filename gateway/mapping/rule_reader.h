#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/event_table.h"
#include "mapping/expression.h"
#include "mapping/report.h"

namespace sluice::mapping {

/// The names that a record holds at some point of a rule, as far as the file tells.
struct KnownNames {
  bool open = true;  // it may hold any other name too
  std::vector<std::string> names;

  bool has(std::string_view name) const;
  void add(std::string_view name);
};

/// Reads the parts of one rule (or command): expressions and values in the scope of what is known so far.
///
/// Threads: the loader's.
class RuleReader {
 public:
  /// `scope`: constants, events, zone and what else may be read; `field` is this reader's own.
  RuleReader(Report& report, Scope scope);

  Report& report() { return report_; }
  KnownNames known;
  std::vector<std::string> provided;  // by the part of the rule in hand
  /// The lists of `window` steps that may be kept as running values, as nothing so far reads them otherwise.
  std::vector<std::string> reducible;
  bool reduces_numbers = false;  // some expression says min, max, sum or mean: a window's values are numbers
  std::vector<std::string> key;  // the rule's
  std::vector<std::string> protected_names;  // placeholders: `each` must not write over them
  std::size_t max_slots = 4096;
  std::size_t max_batch = 1000;
  const std::string& zone() const { return scope_.zone; }

  /// What errors are called by and where "which nothing provides" stands: a step's name node.
  void begin(std::string_view label, const YamlNode& place);
  const std::string& label() const { return label_; }

  /// An expression: a condition or a reference. `part` is told in errors: "collect.of reads ...".
  std::optional<Expression> expression(const YamlNode& node, std::string_view part = {});
  /// A value as `set`, `data` and `publish` write it.
  std::optional<Template> value(const YamlNode& node, std::string_view part = {});
  /// The names of the fields in a `key:`, else those of the rule.
  std::vector<std::string> key_of(const YamlNode& body);
  /// Reads the names in a `key:`.
  std::vector<std::string> key_names(const YamlNode& node);

  /// The record has this name from here on.
  /// Refused: a reserved name, a constant's name.
  void provide(std::string_view name, const YamlNode& place);
  /// Reports, at the place of the last begin(), a name that nothing provides.
  bool require(std::string_view name, const std::string& who);

  /// A name that is read from the record as it is.
  void reads_as_is(std::string_view name);

  const Scope& scope() const { return scope_; }
  /// True when the list of that name is to be kept as running values.
  bool is_running(std::string_view name) const;

 private:
  void tell_missing(const std::string& who);
  /// Takes a name off `reducible` that is read as a list.
  template <class Compiled>
  void look_for_lists(const Compiled& compiled);

  Report& report_;
  Scope scope_;
  std::string label_;
  const YamlNode* place_ = nullptr;
  std::vector<std::string> missing_;  // names read and not provided, of the expression in hand
};

/// True for `msg`, `latest` and `this`: names that a record never holds.
bool is_reserved(std::string_view name);

}  // namespace sluice::mapping
