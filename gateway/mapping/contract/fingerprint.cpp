#include "mapping/contract/fingerprint.h"

#include <fmt/format.h>

#include "base/json.h"
#include "mapping/contract/json_schema.h"

namespace sluice::mapping {

std::string fingerprint(const Contract& contract) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : to_json(json_schema(contract))) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

}  // namespace sluice::mapping
