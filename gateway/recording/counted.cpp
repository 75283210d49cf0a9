#include "recording/counted.h"

#include <fmt/format.h>

namespace sluice::recording {

std::string counted(std::uint64_t count, std::string_view what) {
  const auto* const ending = count == 1 ? "" : what.ends_with('h') ? "es" : "s";
  return fmt::format("{} {}{}", count, what, ending);
}

}  // namespace sluice::recording
