// Any text is a YAML document or is refused with at least one sentence; what it holds stays within the bounds.
#include "base/yaml.h"

#include <cstdlib>

#include "input.h"

namespace {

std::size_t nodes(const sluice::YamlNode& node) {
  std::size_t count = 1;
  for (const auto& child : node.children) count += nodes(child);
  return count;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto document = sluice::parse_yaml(sluice::fuzz::text(bytes, size), "fuzz.yaml");
  if (document ? nodes(*document) > 200'000 : document.error().empty()) std::abort();
  return 0;
}
