#pragma once

#include "message/properties.h"

struct mqtt5__property;  // libmosquitto's list of properties

namespace sluice::mqtt {

/// What of a received PUBLISH's properties goes from publisher to subscriber.
message::Properties read_properties(const mqtt5__property* list);

/// Appends the properties to `list`, which the caller frees. What the library takes for malformed is left out.
void add_properties(const message::Properties& properties, mqtt5__property** list);

}  // namespace sluice::mqtt
