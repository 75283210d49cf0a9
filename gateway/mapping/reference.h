#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sluice::mapping {

/// The reference page of the language, as Markdown: all steps, codecs, types, operators, functions and bounds. It is
/// made of what stands beside the code of each; `mappings/REFERENCE.md` is its copy.
std::string reference_page();

/// An operator, with an expression that is true.
struct OperatorEntry {
  std::string_view form;
  std::string_view about;
  std::string_view example;
};
std::span<const OperatorEntry> operator_entries();

/// A form of the type notation, with a value (as JSON) that fits the example and one that does not.
struct TypeEntry {
  std::string_view form;
  std::string_view about;
  std::string_view example;
  std::string_view fits;
  std::string_view misfits;
};
std::span<const TypeEntry> type_entries();

}  // namespace sluice::mapping
