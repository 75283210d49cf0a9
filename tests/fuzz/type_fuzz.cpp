// The first line is a type, the rest the JSON of a value, which fits it or not.
#include "mapping/type.h"

#include "base/json.h"
#include "base/yaml.h"
#include "input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sluice;
  auto rest = fuzz::text(bytes, size);
  const auto notation = parse_yaml(fuzz::take_line(rest), "fuzz.yaml");
  if (!notation) return 0;
  const auto type = mapping::parse_type(*notation, "fuzz.yaml", {});
  if (!type) return 0;
  if (const auto value = parse_json(rest)) (*type)->misfit(*value);
  return 0;
}
