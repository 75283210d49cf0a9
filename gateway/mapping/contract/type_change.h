#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// Compares a type with what it was, for those who only know what it was.
///
/// Threads: one.
class TypeChange {
 public:
  /// Who knows only the old type: a reader of events, or a sender of commands.
  enum class Side : std::uint8_t { reader, sender };
  /// Called with the new definition's line and column, and a sentence: "desk.height.cm is gone".
  using Tell = std::function<void(int line, int column, std::string sentence)>;

  TypeChange(const Contract& contract, std::string_view file, Side side, Tell tell)
      : contract_(contract), file_(file), side_(side), tell_(std::move(tell)) {}

  /// `what`: how sentences call it.
  void compare(const Type& before, const Type& now, const std::string& what);

 private:
  void contents(const Type& before, const Type& now, const std::string& what);
  void ranges(const Type& before, const Type& now, const std::string& what);
  void texts(const Type& before, const Type& now, const std::string& what);
  void records(const Type& before, const Type& now, const std::string& what);
  void tell(const Type& now, std::string sentence) { tell_(now.line, now.column, std::move(sentence)); }
  bool reads() const { return side_ == Side::reader; }

  const Contract& contract_;
  std::string file_;
  Side side_;
  Tell tell_;
  std::set<std::string> named_;  // compared already
};

}  // namespace sluice::mapping
