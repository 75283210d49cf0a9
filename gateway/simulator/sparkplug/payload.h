#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace sluice::simulator::sparkplug {

/// The datatypes that the simulated nodes use (Eclipse Sparkplug 3.0.0, 6.4.16), by their numbers there.
enum class Datatype : std::uint8_t { int64 = 4, number = 10, boolean = 11, text = 12 };

/// A metric to write. A birth says name, alias and datatype, data only the alias.
struct Metric {
  using Content = std::variant<bool, std::int64_t, double, std::string>;

  std::string name;                    // "": not written
  std::optional<std::uint64_t> alias;  // unique in its node
  std::optional<Datatype> datatype;
  Content value;
};

/// The datatype that such a value is born with.
Datatype datatype_of(const Metric::Content& value);

/// A payload as protobuf writes it (6.4.1): its time, its metrics, and its sequence number when there is one.
std::string write_payload(Timestamp time, const std::vector<Metric>& metrics, std::optional<std::uint64_t> seq);

/// Whether these bytes are a payload that says `Node Control/Rebirth` = true: always by its name, it has no alias.
///
/// False also for anything that is no payload.
bool asks_for_rebirth(std::string_view bytes);

}  // namespace sluice::simulator::sparkplug
