#include "simulator/fault.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"

namespace sluice::simulator {

Expected<Fault> Fault::parse(std::string_view text) {
  const auto at = text.find('@');
  const auto name = text.substr(0, at);
  if (name.empty() || at == std::string_view::npos) {
    const auto example = excerpt(name.empty() ? "stall" : name, 40);
    return unexpected(fmt::format("fault '{}' needs a name and a time: {}@30s, or {}@30s+10s for how long",
                                  excerpt(text), example, example));
  }
  const auto times = text.substr(at + 1);
  const auto plus = times.find('+');
  Fault fault{std::string(name), {}, std::nullopt};
  const auto begin = parse_duration(times.substr(0, plus));
  if (!begin) return unexpected(fmt::format("fault '{}': {}", excerpt(text), begin.error().message));
  fault.at = *begin;
  if (plus != std::string_view::npos) {
    const auto lasting = parse_duration(times.substr(plus + 1));
    if (!lasting) return unexpected(fmt::format("fault '{}': {}", excerpt(text), lasting.error().message));
    fault.lasting = *lasting;
  }
  return fault;
}

}  // namespace sluice::simulator
