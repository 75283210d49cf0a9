#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/value.h"
#include "mapping/mapping_set.h"
#include "mapping/report.h"

namespace sluice::mapping {

/// What reads a payload into a value (mapping-language "Codecs").
///
/// Threads: any (immutable).
class Codec {
 public:
  virtual ~Codec() = default;

  /// Error: why the payload is none of its kind.
  virtual Expected<Value> decode(std::string_view payload, const Bounds& bounds) const = 0;
  /// The names that a record of it holds; nullopt when the payload says.
  virtual std::optional<std::vector<std::string>> fields() const { return std::nullopt; }
  /// True when the value is a list of records, one for each element.
  virtual bool many() const { return false; }
};

using CodecPtr = std::shared_ptr<const Codec>;

/// What turns the bytes of a payload into those that the next one reads.
class ByteCodec {
 public:
  virtual ~ByteCodec() = default;
  /// Error: bytes that are none of its kind, or more than `max_bytes` of result.
  virtual Expected<std::string> decode(std::string_view bytes, std::size_t max_bytes) const = 0;
};

/// Reads a `codec:` other than `sparkplug` (see SparkplugSource); null when something is wrong, which then is reported.
CodecPtr read_codec(const YamlNode& node, Report& report);
/// The default. One object: rules that share a codec share the work of decoding.
const CodecPtr& json_codec();

}  // namespace sluice::mapping
