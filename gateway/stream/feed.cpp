#include "stream/feed.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"
#include "event/event_id.h"
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
  std::size_t through = 0;                  // so many streams are through with the event after the position
};

/// What stands in an `id:`: a position, or that of a place within an event that several streams carry (JoinedForm).
struct Place {
  event::EventId position;
  std::size_t through = 0;
};

std::optional<Place> read_place(const std::string& text) {
  const auto id = event::EventId::parse(text);
  if (id) return Place{*id, 0};
  const auto dash = text.rfind('-');
  if (dash == std::string::npos) return std::nullopt;
  auto within = event::EventId::parse(text.substr(0, dash));
  const auto through = parse_int(text.substr(dash + 1));
  if (!within || within->sequence == 0 || !through || *through < 1 || *through > std::int64_t{most_joined}) {
    return std::nullopt;
  }
  --within->sequence;
  return Place{*within, static_cast<std::size_t>(*through)};
}

Resume read_position(const FeedCore& core, const Selection& selection, const std::optional<std::string>& text) {
  if (!text || text->empty()) return {};
  const auto& log = core.hub.log();
  if (*text == "earliest") return {log.first() - 1, std::nullopt, "", 0};
  const auto place = read_place(*text);
  if (!place) return {std::nullopt, event::GapReason::unknown, "", 0};
  const auto& [id, through] = *place;
  if (id.epoch != log.epoch() || id.sequence > log.head()) {
    return {std::nullopt, event::GapReason::unknown, id.text(), 0};
  }
  if (core.lost(selection.types(), id.sequence)) return {std::nullopt, event::GapReason::expired, id.text(), 0};
  return {id.sequence, std::nullopt, "", selection.several() ? through : 0};
}

void write_beginning(FeedCore& core, const Selection& selection, Written& out) {
  const auto& form = *selection.form;
  const auto now = core.clock.now();
  form.begin(out);
  auto words = form.beginning(core.draw(core.options.retry_min_ms, core.options.retry_max_ms));
  for (const auto& interest : selection.interests()) {
    if (interest.spec->hello) words += form.hello(*interest.spec, interest.part, now);
  }
  if (!core.source.connected) words += form.source(false, core.source.since, now);
  form.tell(words, out);
}

struct Shown {
  std::shared_ptr<const Snapshot> snapshot;
  event::Sequence position = 0;
};

Shown take_snapshot(FeedCore& core, Selection& selection) {
  const auto& types = selection.shown_types();
  const auto& hub = core.hub;
  // The order makes it safe: the head first, then whether anything changed since the snapshot was made.
  const auto head = hub.log().head();
  const auto version = hub.latest_version(types);
  if (auto shared = selection.snapshot(); shared && selection.snapshot_version() == version) {
    return {std::move(shared), head};
  }
  const auto latest = hub.latest(types);
  auto made = std::make_shared<const Snapshot>(make_snapshot(latest, selection.interests(), *selection.form));
  selection.keep(made, version);
  return {std::move(made), latest.position};
}

/// The checkpoint after a snapshot: the position, and for streams with `ages` the time before the shared ages.
void write_end_of_snapshot(const FeedCore& core, const Selection& selection, event::Sequence position, OwnBytes& own) {
  const auto& form = *selection.form;
  const auto id = core.id(position);
  const auto now = core.clock.now();
  if (!selection.terms().ages) return form.tell(form.checkpoint(id, now), own.tail);
  const auto [before, after] = form.checkpoint_with_ages(id, own.snapshot->ages.bytes.size(), now);
  form.tell(before, own.tail);
  form.tell(after, own.end);
}

/// Puts the rest of the event after the position into `own`, for a client that was cut within it; it goes on after it.
event::Sequence finish_event(const FeedCore& core, const Selection& selection, const Resume& resume, OwnBytes& own) {
  const auto position = *resume.position;
  std::vector<event::EventPtr> next;
  core.hub.log().read(position, 1, next);
  if (next.empty() || next.front()->sequence != position + 1) return position;
  const auto through = resume.through >= most_joined ? ~Parts{0} : (Parts{1} << resume.through) - 1;
  const auto left = selection.carriers(*next.front()) & ~through;
  if (left != 0) own.events.push_back(selection.as_sent(next.front(), left));
  return position + 1;
}

/// For streams that resume with the newest: puts what is left of the missed events into `own`. False when they do not
/// thin, or when some are gone meanwhile.
bool thin_missed(FeedCore& core, ClientCursor& cursor, event::Sequence after, OwnBytes& own) {
  const auto& selection = cursor.selection();
  const auto& types = selection.terms().thinned;
  if (types.empty()) return false;
  if (!cursor.collect(after, own.events)) {
    own.events.clear();
    return false;
  }
  core.hub.metrics().conflated.add(leave_newest(own.events, &types, core.hub.gap_type(), selection.parts_of()));
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
  auto wishes = wishes_of(request);
  const auto form = core.forms.of(request.form, wishes, !request.joined.empty());
  // They may have been declared anew since the request was read.
  const auto end = declare_anew(core.hub, wishes);
  auto& selection = core.selection(form, std::move(wishes));
  auto cursor = std::make_unique<ClientCursor>(core, selection, now_ms);
  if (request.by_right) cursor->came_by_right();
  if (request.until) {
    // rights are a matter of the wall clock
    cursor->end_at(now_ms + std::max<std::int64_t>(0, (*request.until - core.clock.now()).count()));
  }
  auto own = std::make_unique<OwnBytes>();
  write_beginning(core, selection, own->head);

  auto resume = read_position(core, selection, request.last_event_id);
  const bool thins = !selection.terms().thinned.empty();
  auto from = resume.position.value_or(0);
  if (resume.through > 0) from = finish_event(core, selection, resume, *own);
  if (resume.position && thin_missed(core, *cursor, from, *own)) {
    cursor->accept(*resume.position);
    cursor->begin(std::move(own), std::max(from, core.position), from);
  } else if (resume.position && !thins) {
    cursor->accept(*resume.position);
    cursor->begin(std::move(own), from, from);
  } else {
    if (resume.position) resume = {std::nullopt, event::GapReason::expired, core.id(*resume.position), 0};
    const auto shown = take_snapshot(core, selection);
    if (resume.gap) {
      core.hub.metrics().count(*resume.gap);
      const auto to = core.id(shown.position);
      const event::Gap gap{.reason = *resume.gap, .from = resume.from, .to = to, .missed = {}};
      selection.form->tell(selection.form->gap(gap, false, core.clock.now()), own->head);
    }
    own->snapshot = shown.snapshot;
    write_end_of_snapshot(core, selection, shown.position, *own);
    cursor->begin(std::move(own), shown.position, shown.position);
  }
  if (end != End::none) cursor->wind_up(end);
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
