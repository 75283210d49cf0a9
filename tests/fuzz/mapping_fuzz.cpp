// A mapping file: it loads, or all that is wrong has a place and a sentence; its own tests run.
#include <cstdlib>

#include "event/event_catalog.h"
#include "input.h"
#include "mapping/loader.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sluice;
  event::EventCatalog catalog;
  mapping::LoadOptions options;
  options.variable = [](const std::string&) { return std::nullopt; };
  const auto set = mapping::load_text(fuzz::text(bytes, size), "mappings/fuzz.yaml", catalog, options);
  if (!set) {
    if (set.error().empty()) std::abort();
    for (const auto& error : set.error()) {
      if (!error.where.starts_with("mappings/fuzz.yaml") || error.message.empty()) std::abort();
    }
    return 0;
  }
  mapping::run_tests(**set, catalog);
  return 0;
}
