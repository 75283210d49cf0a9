#pragma once

#include "mapping/contract/schema_writer.h"
#include "mapping/contract/stream_items.h"

namespace sluice::mapping {

/// The schema of what an item's `data:` hold, as JSON; of a checkpoint, whose data may be empty, null stands for that.
///
/// Threads: any.
Value data_schema(const StreamItem& item, const event::StreamSpec& stream, const SchemaWriter& writer);

/// The schema of an id, `m3k9x2-17`.
Value id_schema();
/// The schema of a time in Unix milliseconds.
Value time_schema();
/// One element of a poll's or history's list: `{event, id, time, key, data}`.
Value listed_schema(const Contract::Event& event, const SchemaWriter& writer);

}  // namespace sluice::mapping
