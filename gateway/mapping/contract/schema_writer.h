#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// Writes types as JSON Schemas, in the words that drafts 7 and 2020-12 share. A named type is a reference.
///
/// Threads: any.
class SchemaWriter {
 public:
  /// `place`: where references find the definitions: "#/$defs/", "#/components/schemas/".
  SchemaWriter(const Contract& contract, std::string place) : contract_(contract), place_(std::move(place)) {}

  /// All definitions by name: `desk.height_update` an event's data, `desk.types.state` a named type,
  /// `desk.commands.move` a command's body.
  Value definitions() const;

  /// A null `type` is a value of any kind. `file` is where its names stand.
  Value of(const Type* type, std::string_view file) const;
  /// A reference to an event's data.
  Value data_of(const Contract::Event& event) const { return reference(event.qualified()); }
  /// The object of an event's key fields.
  Value key_of(const Contract::Event& event) const;
  /// A reference to a command's body; of one that takes none a schema of what is sent in its place.
  Value body_of(const Command& command) const;

 private:
  Value reference(std::string_view name) const;
  Value plain(const Type& type, std::string_view file) const;
  Value record(const Type& type, std::string_view file) const;
  Value named(const Type& type, const Type& definition, std::string_view file) const;

  const Contract& contract_;
  std::string place_;
};

/// An object with these members and no others, all of them there.
Value closed_object(Value properties);
/// A schema of exactly one of these; of one it is that one.
Value any_of(Value::List schemas);
Value constant(std::string_view text);

}  // namespace sluice::mapping
