#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/value.h"
#include "mapping/sparkplug/datatype.h"
#include "mapping/sparkplug/limits.h"
#include "mapping/sparkplug/wire_value.h"

namespace sluice::mapping::sparkplug {

/// One metric of a payload (Sparkplug 3.0, 6.4.6). Never an owner: it points into the message.
struct Metric {
  std::string_view name;  // "" when left out
  std::optional<std::uint64_t> alias;
  std::optional<std::uint64_t> timestamp;  // ms since 1970, UTC
  Datatype datatype = Datatype::unknown;   // unknown when left out
  bool is_historical = false;
  bool is_transient = false;
  bool is_null = false;
  std::string_view metadata;    // a message for read_metadata
  std::string_view properties;  // a message for read_properties
  WireValue value;
};

/// A Sparkplug B payload (6.4.5). Never an owner: it points into the message.
struct Payload {
  std::optional<std::uint64_t> timestamp;  // ms since 1970, UTC
  std::vector<Metric> metrics;
  std::optional<std::uint64_t> seq;
  std::string_view uuid;
  std::string_view body;

  /// The first metric of that name, or null.
  const Metric* find(std::string_view name) const;
};

/// Reads a payload; embedded values, metadata and properties are read when they are asked for, so that what is wrong
/// with them costs their metric and not the message.
///
/// Error: why the bytes are no payload of that form; more metrics than the bound.
Expected<Payload> read_payload(std::string_view bytes, const Limits& limits = {});

/// The value that `wire` is as `datatype`; as `unknown`, what its kind says. NaN and infinities are null, a UInt64
/// above 2^63 - 1 a double, DateTime ms since 1970, Bytes and File base64 text (RFC 4648, 4), a DataSet a list of
/// objects, an array a list.
///
/// Error: a value of another kind or out of the datatype's range; bad UTF-8; a template; a list beyond the bound.
Expected<Value> read_value(const WireValue& wire, Datatype datatype, const Limits& limits = {});

/// The value of a metric by the datatype of its birth; null when it says so or has none.
Expected<Value> read_value(const Metric& metric, Datatype born_as, const Limits& limits = {});

/// A PropertySet (6.4.8) as an object; sets within it as objects, lists of sets as lists.
///
/// Error: as above; keys and values that do not pair; a key twice; deeper than the bound.
Expected<Value> read_properties(std::string_view message, const Limits& limits = {});

/// MetaData (6.4.7) as an object of the members it has: `content_type`, `size`, `file_name` ...
Expected<Value> read_metadata(std::string_view message);

}  // namespace sluice::mapping::sparkplug
