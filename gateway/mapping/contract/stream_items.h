#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// One kind of block that a stream sends.
struct StreamItem {
  enum class What : std::uint8_t { event, hello, heartbeat, gap, checkpoint, source, expired };

  What what = What::event;
  std::string name;                        // what stands in `event:`; "" for none: it reaches `onmessage`
  std::string type;                        // its data are an envelope of this type; "" for the bare data
  const Contract::Event* event = nullptr;  // of the mapping
};

/// All that a stream sends, in the order in which its file names the events; then what the gateway adds.
std::vector<StreamItem> stream_items(const Contract& contract, const event::StreamSpec& stream);

/// The items by the name that a listener has for them, in the same order: blocks without a name reach `message`.
std::vector<std::pair<std::string, std::vector<StreamItem>>> by_listener(std::vector<StreamItem> items);

/// The events of the mapping that a stream shows: live, first, and in its poll.
std::vector<event::TypeNumber> shown_events(const event::StreamSpec& stream);

/// The route at which a stream, or its poll, is always there.
std::string own_route(const event::StreamSpec& stream);

}  // namespace sluice::mapping
