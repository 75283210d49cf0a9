#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace sluice {

/// What binds somebody to a part of the events, and of the commands: key fields and the values that each may have.
///
/// Values are compared as texts (`key_text`), because a path, a claim and a topic level are texts and a key field need
/// not be. A field that is missing or null has no value: what lacks it is outside every binding.
///
/// Threads: like an int.
struct KeyBinding {
  struct Test {
    std::string field;
    std::vector<std::string> texts;  // one of them; none: nothing passes
    friend bool operator==(const Test&, const Test&) = default;
  };
  using Tests = std::vector<Test>;  // all must hold

  /// One of these must hold. Empty: not bound, everything passes.
  std::vector<Tests> any;

  bool bound() const { return !any.empty(); }
  /// `fields`: an event's key fields, or a command's fields.
  bool allows(const Value& fields) const;
  /// Equal for equal bindings: names it among others.
  Value name() const;
};

/// A key field's value as the text that a path would hold and that an index looks up: a text as it is, else its JSON
/// (equal numbers have equal texts). `buffer` holds it when it must be made.
std::string_view key_text(const Value& value, std::string& buffer);

}  // namespace sluice
