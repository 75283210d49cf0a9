#include "stream/feed_core.h"

#include <algorithm>

#include "base/json.h"
#include "stream/client_cursor.h"
#include "stream/stream_metrics.h"

namespace sluice::stream {
namespace {

constexpr std::size_t events_a_read = 1024;

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

/// The parameters that the stream's filter reads: clients that differ in others get the same.
Value normalised(const event::StreamSpec& spec, const Value& query) {
  if (spec.when == nullptr || !query.is_object()) return {};
  auto read = Value::object();
  for (const auto& parameter : query.as_object()) {
    if (spec.when->reads_query(parameter.key())) read.set(parameter.key(), parameter.value);
  }
  return read;
}

}  // namespace

bool can_go_on(const event::StreamSpec& before, const event::StreamSpec& now) {
  const auto still_allowed = [&](const std::string& role) {
    return std::ranges::find(now.access, role) != now.access.end();
  };
  const bool no_narrower =
      now.access.empty() || (!before.access.empty() && std::ranges::all_of(before.access, still_allowed));
  return now.frame == before.frame && now.path_fields == before.path_fields && now.request == before.request &&
         no_narrower;
}

std::vector<Wish> wishes_of(const Request& request) {
  if (!request.joined.empty()) return request.joined;
  return {{request.stream, request.query, request.path_values, request.binding}};
}

End declare_anew(const Hub& hub, std::vector<Wish>& wishes) {
  auto end = End::none;
  auto anew = wishes;
  for (auto& wish : anew) {
    const auto now = hub.find(wish.stream->name);
    if (now == nullptr) return End::stream_removed;
    if (!can_go_on(*wish.stream, *now)) end = End::stream_changed;
    wish.stream = now;
  }
  if (end == End::none) wishes = std::move(anew);
  return end;
}

FeedCore::FeedCore(Hub& its_hub, FeedOptions its_options)
    : hub(its_hub),
      options(its_options),
      clock(its_options.clock != nullptr ? *its_options.clock : system_clock()),
      position(its_hub.log().head()),
      source(its_hub.source()),
      version(its_hub.version()),
      random(its_options.seed),
      forms(its_hub.log().epoch()),
      rewritten(its_options.rewritten),
      index(its_hub.gap_type()) {}

Selection& FeedCore::selection(const std::shared_ptr<const Form>& form, std::vector<Wish> wishes) {
  Value::List named{Value(static_cast<std::int64_t>(form->number))};
  for (auto& wish : wishes) {
    wish.query = normalised(*wish.stream, wish.query);
    Value::List one{Value(static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(wish.stream.get()))), wish.query,
                    wish.binding.name()};
    for (const auto& value : wish.path_values) one.emplace_back(value);
    named.emplace_back(std::move(one));
  }
  auto key = to_json(Value(std::move(named)));
  if (const auto found = selections.find(key); found != selections.end()) return *found->second;
  std::vector<metrics::Gauge*> clients;
  for (const auto& wish : wishes) clients.push_back(&hub.metrics().clients(wish.stream->name));
  auto made = std::make_unique<Selection>(key, form, std::move(wishes), clients, position,
                                          Selection::Commons{hub.gap_type(), recent_bytes, rewritten});
  for (auto& interest : made->interests()) index.add(interest);
  hub.metrics().selections.add(1);
  return *selections.emplace(std::move(key), std::move(made)).first->second;
}

void FeedCore::drop(Selection& selection) {
  for (auto& interest : selection.interests()) index.remove(interest);
  hub.metrics().selections.add(-1);
  if (gathered.of == &selection) gathered.of = nullptr;
  selections.erase(selections.find(selection.key));
  if (selections.empty()) rewritten.forget_all();
}

int FeedCore::draw(int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

std::string FeedCore::id(event::Sequence sequence) const {
  return event::EventId{hub.log().epoch(), sequence}.text();
}

bool FeedCore::lost(const std::vector<event::TypeNumber>& types, event::Sequence after) const {
  return std::ranges::any_of(types, [&](event::TypeNumber type) { return hub.log().lost(type) > after; });
}

void FeedCore::take_news() {
  if (version != hub.version()) {
    read_to(hub.declared_from());
    tell_clients();
    take_declaration();
  }
  if (source.version != hub.source_version()) {
    source = hub.source();
    for (auto& [key, selection] : selections) look_all(*selection);
  }
  read_to(hub.log().head());
  tell_clients();
  batch.clear();
}

void FeedCore::tell_clients() {
  for (auto* selection : hits) {
    selection->hit = false;
    for (auto* cursor : selection->clients()) {
      if (cursor->line_grew()) ready.push_back(cursor);
    }
    // Beyond the bounds a client goes its own way through the log.
    selection->trim(recent_bytes > options.all_recent ? 0 : options.recent);
  }
  hits.clear();
}

void FeedCore::read_to(event::Sequence head) {
  if (selections.empty()) position = std::max(position, head);
  while (position < head) {
    hub.log().read(position, std::min<std::size_t>(events_a_read, head - position), batch);
    const auto oldest = batch.empty() ? head + 1 : batch.front()->sequence;
    if (oldest != position + 1) {
      overtaken(std::min(oldest - 1, head));
      continue;
    }
    for (const auto& event : batch) {
      index.each(*event, [&](Selection& selection, Parts bit) { enter(event, selection, bit); });
      for (auto* selection : met_) selection->add(event, std::exchange(selection->met, 0));
      met_.clear();
    }
    position = batch.back()->sequence;
  }
}

// One of several streams: another may carry the event too, and it is written once for both.
void FeedCore::enter(const event::EventPtr& event, Selection& selection, Parts bit) {
  if (!std::exchange(selection.hit, true)) hits.push_back(&selection);
  if (!selection.several()) return selection.add(event, bit);
  if (selection.met == 0) met_.push_back(&selection);
  selection.met |= bit;
}

// Retention was faster than this feed. Every client finds out from the log whether it lost something.
void FeedCore::overtaken(event::Sequence to) {
  for (auto& [key, selection] : selections) {
    for (auto* cursor : selection->clients()) cursor->leave_line();
  }
  position = to;
  for (auto& [key, selection] : selections) {
    selection->forget_recent(position);
    look_all(*selection);
  }
}

void FeedCore::look_all(Selection& selection) {
  for (auto* cursor : selection.clients()) {
    if (cursor->look()) ready.push_back(cursor);
  }
}

void FeedCore::take_declaration() {
  version = hub.version();
  std::vector<Selection*> old;
  for (auto& [key, selection] : selections) {
    const auto stands = [&](const auto& interest) { return hub.find(interest.spec->name) == interest.spec; };
    if (!std::ranges::all_of(selection->interests(), stands)) old.push_back(selection.get());
  }
  for (auto* from : old) {
    const std::vector<ClientCursor*> clients(from->clients().begin(), from->clients().end());
    std::vector<Wish> wishes;
    for (const auto& interest : from->interests()) wishes.push_back(interest.wish());
    if (const auto end = declare_anew(hub, wishes); end != End::none) {
      for (auto* cursor : clients) {
        cursor->wind_up(end);
        ready.push_back(cursor);
      }
      continue;
    }
    auto& to = selection(from->form, std::move(wishes));
    for (auto* cursor : clients) {
      cursor->move_to(to);
      ready.push_back(cursor);
    }
    drop(*from);
  }
}

}  // namespace sluice::stream
