// The first line is a codec as a mapping writes it, the rest a payload: a value within the bounds, or a sentence.
#include "mapping/codec.h"

#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "base/yaml.h"
#include "input.h"
#include "mapping/sparkplug/session.h"

namespace {

using namespace sluice;

// Messages of one node and its device, each ended by an empty line.
void follow_plant(std::string_view payload) {
  static constexpr const char* topics[] = {"spBv1.0/g/NBIRTH/n", "spBv1.0/g/NDATA/n", "spBv1.0/g/DBIRTH/n/d",
                                           "spBv1.0/g/DDATA/n/d", "spBv1.0/g/NDEATH/n"};
  mapping::sparkplug::Session session{mapping::sparkplug::Limits{}};
  mapping::sparkplug::Session::Output output;
  for (std::size_t i = 0; !payload.empty() && i < 20; ++i) {
    const auto message = payload.substr(0, payload.find("\n\n"));
    payload.remove_prefix(std::min(payload.size(), message.size() + 2));
    session.receive(topics[i % std::size(topics)], message, Timestamp{}, output);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  auto rest = fuzz::text(bytes, size);
  const auto name = fuzz::take_line(rest);
  if (name == "sparkplug") {
    follow_plant(rest);
    return 0;
  }
  const auto notation = parse_yaml(name, "fuzz.yaml");
  if (!notation) return 0;
  Errors errors;
  mapping::Report report("fuzz.yaml", errors);
  const auto codec = mapping::read_codec(*notation, report);
  if (codec == nullptr) {
    if (errors.empty()) std::abort();
    return 0;
  }
  const auto value = codec->decode(rest, mapping::Bounds{});
  if (value ? to_json(*value).empty() : value.error().message.empty()) std::abort();
  return 0;
}
