#include "stream/feed.h"

#include <algorithm>
#include <cassert>

#include "base/json.h"
#include "event/event_id.h"
#include "event/wire.h"
#include "stream/client_cursor.h"
#include "stream/feed_core.h"
#include "stream/stream_metrics.h"
#include "stream/thinning.h"

namespace sluice::stream {
namespace {

/// Where a client's Last-Event-ID lets it go on.
struct Resume {
  std::optional<event::Sequence> position;  // none: a new client, or a gap
  std::optional<event::GapReason> gap;      // why it cannot
  std::string from;                         // what the gap names; "" for null
};

Resume read_position(const FeedCore& core, const Selection& selection, const std::optional<std::string>& text) {
  if (!text || text->empty()) return {};
  const auto& log = core.hub.log();
  if (*text == "earliest") return {log.first() - 1, std::nullopt, ""};
  const auto id = event::EventId::parse(*text);
  if (!id) return {std::nullopt, event::GapReason::unknown, ""};
  if (id->epoch != log.epoch() || id->sequence > log.head()) {
    return {std::nullopt, event::GapReason::unknown, id->text()};
  }
  if (core.lost(selection.types(), id->sequence)) return {std::nullopt, event::GapReason::expired, id->text()};
  return {id->sequence, std::nullopt, ""};
}

void write_beginning(FeedCore& core, const event::StreamSpec& spec, std::string& out) {
  event::write_retry(core.draw(core.options.retry_min_ms, core.options.retry_max_ms), out);
  event::write_comment("ok", out);
  if (spec.hello && spec.frame == event::Frame::envelope && !spec.hello->event.empty()) {
    std::string envelope;
    event::write_envelope(spec.hello->event, spec.hello->data_json, core.clock.now(), envelope);
    event::write_block({.id = "", .name = "", .data = envelope}, out);
  } else if (spec.hello) {
    event::write_block({.id = "", .name = spec.hello->event, .data = spec.hello->data_json}, out);
  }
  if (!core.source.connected) event::write_source(false, core.source.since, out);
}

struct Shown {
  std::shared_ptr<const Snapshot> snapshot;
  event::Sequence position = 0;
};

Shown take_snapshot(FeedCore& core, Selection& selection) {
  const auto& types = selection.spec->on_connect;
  const auto& hub = core.hub;
  // The order makes it safe: the head first, then whether anything changed since the snapshot was made.
  const auto head = hub.log().head();
  const auto version = hub.latest_version(types);
  if (auto shared = selection.snapshot(); shared && selection.snapshot_version() == version) {
    return {std::move(shared), head};
  }
  const auto latest = hub.latest(types);
  auto made = std::make_shared<const Snapshot>(make_snapshot(latest, *selection.spec, selection.matcher));
  selection.keep(made, version);
  return {std::move(made), latest.position};
}

/// The checkpoint after a snapshot: the position, and for a stream with `ages` the time before the shared ages.
void write_end_of_snapshot(const FeedCore& core, const Selection& selection, event::Sequence position, OwnBytes& own) {
  event::write_checkpoint(core.id(position), "", own.tail);
  if (!selection.spec->ages) return;
  own.tail.resize(own.tail.size() - 2);  // the two ends of line: the data goes on
  own.tail.append(R"( {"time":)").append(std::to_string(to_ms(core.clock.now()))).append(R"(,"values":)");
  own.end = "}\n\n";
}

bool thins(const event::StreamSpec& spec) {
  return spec.resume_latest || !spec.resume_latest_of.empty();
}

/// For a stream that resumes with the newest: puts what is left of the missed events into `own`. False when the stream
/// does not thin, or when some are gone meanwhile.
bool thin_missed(FeedCore& core, ClientCursor& cursor, event::Sequence after, OwnBytes& own) {
  const auto& spec = *cursor.selection().spec;
  if (!thins(spec)) return false;
  if (!cursor.collect(after, own.events)) {
    own.events.clear();
    return false;
  }
  const auto* types = spec.resume_latest ? nullptr : &spec.resume_latest_of;
  core.hub.metrics().conflated.add(leave_newest(own.events, types, core.hub.gap_type()));
  return true;
}

}  // namespace

Feed::Feed(Hub& hub, FeedOptions options) : core_(std::make_unique<FeedCore>(hub, options)) {}

Feed::~Feed() {
  assert(core_->cursors == 0);
}

std::unique_ptr<Cursor> Feed::open(const Request& request, std::int64_t now_ms) {
  auto& core = *core_;
  // With nobody to miss anything the feed begins at the head, and nothing is read twice.
  if (core.selections.empty()) core.position = core.hub.log().head();
  // It may have been declared anew since the request was read.
  const auto declared = core.hub.find(request.stream->name);
  const bool goes_on = declared != nullptr && can_go_on(*request.stream, *declared);
  auto& selection =
      core.selection(goes_on ? declared : request.stream, request.query, request.path_values, request.binding);
  const auto& spec = *selection.spec;
  auto cursor = std::make_unique<ClientCursor>(core, selection, now_ms);
  if (request.by_right) cursor->came_by_right();
  if (request.until) {
    // rights are a matter of the wall clock
    cursor->end_at(now_ms + std::max<std::int64_t>(0, (*request.until - core.clock.now()).count()));
  }
  auto own = std::make_unique<OwnBytes>();
  write_beginning(core, spec, own->head);

  auto resume = read_position(core, selection, request.last_event_id);
  if (resume.position && thin_missed(core, *cursor, *resume.position, *own)) {
    cursor->accept(*resume.position);
    cursor->begin(std::move(own), std::max(*resume.position, core.position), *resume.position);
  } else if (resume.position && !thins(spec)) {
    cursor->accept(*resume.position);
    cursor->begin(std::move(own), *resume.position, *resume.position);
  } else {
    if (resume.position) resume = {std::nullopt, event::GapReason::expired, core.id(*resume.position)};
    const auto shown = take_snapshot(core, selection);
    if (resume.gap) {
      core.hub.metrics().count(*resume.gap);
      const auto to = core.id(shown.position);
      event::write_gap({.reason = *resume.gap, .from = resume.from, .to = to, .missed = {}}, false, own->head);
    }
    own->snapshot = shown.snapshot;
    write_end_of_snapshot(core, selection, shown.position, *own);
    cursor->begin(std::move(own), shown.position, shown.position);
  }
  if (!goes_on) cursor->wind_up(declared == nullptr ? End::stream_removed : End::stream_changed);
  return cursor;
}

std::span<Cursor* const> Feed::advance(std::int64_t) {
  auto& core = *core_;
  core.ready.clear();
  core.take_news();
  return core.ready;
}

std::span<Cursor* const> Feed::tick(std::int64_t now_ms) {
  auto& core = *core_;
  core.ready.clear();
  while (core.deadlines.next() <= now_ms) {
    auto& cursor = ClientCursor::of(core.deadlines.front());
    if (cursor.deadline(now_ms)) core.ready.push_back(&cursor);
  }
  return core.ready;
}

std::int64_t Feed::next_deadline() const {
  return core_->deadlines.next();
}

std::span<Cursor* const> Feed::drain(std::int64_t) {
  auto& core = *core_;
  core.take_news();  // what was committed before goes out too
  core.ready.clear();
  for (auto& [key, selection] : core.selections) {
    for (auto* cursor : selection->clients()) {
      cursor->wind_up(End::drain);
      core.ready.push_back(cursor);
    }
  }
  return core.ready;
}

std::span<Cursor* const> Feed::recheck() {
  auto& core = *core_;
  core.ready.clear();
  for (auto& [key, selection] : core.selections) {
    for (auto* cursor : selection->clients()) {
      if (cursor->by_right() && cursor->finish(End::recheck)) core.ready.push_back(cursor);
    }
  }
  return core.ready;
}

std::size_t Feed::cursors() const {
  return core_->cursors;
}

std::size_t Feed::selections() const {
  return core_->selections.size();
}

}  // namespace sluice::stream
