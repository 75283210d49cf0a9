#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "event/event.h"
#include "mapping/event_table.h"
#include "mapping/expression.h"
#include "mapping/record.h"
#include "mapping/rule_reader.h"

namespace sluice::mapping {

/// One event that a rule emits: what of a record becomes its data and its key.
///
/// Threads: any (immutable once the loader is done).
class Emit {
 public:
  /// Reads an event's name or `{event, when, data, key, remove}`; nullopt when something is wrong, which then is
  /// reported.
  static std::optional<Emit> read(const YamlNode& node, std::string_view file, EventTable& events, RuleReader& reader);

  /// Takes the union of the key fields of all rules that emit the event.
  void set_key_fields(const std::vector<std::string>& fields);

  /// The event of this record; nullopt when `when` does not hold. With `last` the record's fields may be moved out.
  /// Error: an expression failed, or the data do not fit the event's type.
  Expected<std::optional<event::Emission>> make(Record& record, const Environment& environment, Timestamp time,
                                                bool last) const;

  event::TypeNumber type() const { return type_; }
  const std::string& where() const { return where_; }
  const std::vector<std::string>& own_key() const { return own_key_; }

 private:
  struct Field {
    std::string name;
    int value = -1;  // in data_, or -1: from the record by name
    const Type* type = nullptr;
  };
  struct KeyField {
    Value name;
    bool in_rule = false;  // else null
  };

  bool read_data(const YamlNode& node, const DeclaredEvent& event, RuleReader& reader);
  void plan_fields(const YamlNode& node, const DeclaredEvent& event, RuleReader& reader);
  Value key_of(const Value& record) const;
  Expected<Value> data_of(Record& record, const Environment& environment, bool last) const;
  Expected<Value> closed_data(Record& record, const Environment& environment, Value* whole, bool last) const;
  Expected<Value> open_data(Record& record, const Environment& environment, bool last) const;

  event::TypeNumber type_ = 0;
  std::string name_;
  std::string where_;
  TypePtr declared_;  // null: untyped
  std::optional<Expression> when_;
  std::optional<Expression> remove_;
  std::vector<std::pair<std::string, Template>> data_;
  std::optional<Template> whole_;  // `data: =expr`
  std::vector<Field> fields_;      // of a closed type, in declared order
  std::vector<std::string> own_key_;
  std::vector<KeyField> key_fields_;
};

}  // namespace sluice::mapping
