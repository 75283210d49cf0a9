#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace sluice::event {

/// One block of an event stream (WHATWG HTML 9.2.5), before it is bytes.
struct Block {
  std::string_view id;    // "" writes no `id:` line
  std::string_view name;  // "" writes no `event:` line, which makes it a `message`
  std::string_view data;  // CR, LF and CRLF in it become line breaks
};

/// Appends the block: `id:`, `event:`, a `data:` line for each line of the data (one also for none), a blank line.
///
/// Order: the `id:` line, when there is one, is the first. Bytes that would end a line early (CR, LF) or make a browser
/// ignore an id (NUL, 9.2.6) are left out of id and name.
void write_block(const Block& block, std::string& out);

/// Appends the `id:` and `event:` lines of a block; its data and the blank line follow.
void write_head(std::string_view id, std::string_view name, std::string& out);

/// Appends `: text` and a blank line. CR, LF and NUL in the text become spaces.
void write_comment(std::string_view text, std::string& out);

/// Appends the `retry:` line alone: the reconnection time. A block or a comment comes after it.
void write_retry(int reconnection_ms, std::string& out);

/// Appends `event: checkpoint` with that position and data (`""`, or the ages of a snapshot).
void write_checkpoint(std::string_view id, std::string_view data_json, std::string& out);

/// Why events are missing, in the word that `gap` carries.
enum class GapReason : std::uint8_t { expired, unknown, slow, source };
inline constexpr std::size_t gap_reason_count = 4;
std::string_view word(GapReason reason);

/// What a client is told that it can no longer get.
struct Gap {
  GapReason reason = GapReason::unknown;
  std::string_view from;  // "" is written as null
  std::string_view to;
  std::optional<std::uint64_t> missed;
};

/// What `gap` says, as JSON text.
std::string gap_data(const Gap& gap);

/// Appends `event: gap`. One that stands where the events are missing carries `id:` = `to`; the answer to a resume does
/// not, because a checkpoint follows.
void write_gap(const Gap& gap, bool with_id, std::string& out);

/// What `source` says, as JSON text.
std::string source_data(bool connected, Timestamp since);

/// Appends `event: source`: the broker came or went.
void write_source(bool connected, Timestamp since, std::string& out);

/// Appends `event: expired`: the credentials that the connection was opened with are over, and so is it.
void write_expired(std::string& out);

/// Appends `{"type":name,"data":data_json,"timestamp":seconds}`; without `data` when data_json is "".
void write_envelope(std::string_view name, std::string_view data_json, Timestamp time, std::string& out);

}  // namespace sluice::event
