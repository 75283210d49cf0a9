#include "stream/hub.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "event/finish.h"
#include "stream/latest_events.h"
#include "stream/stream_metrics.h"

namespace sluice::stream {

struct Hub::Shared {
  struct Change {
    event::TypeNumber type = 0;
    std::string removed_key;  // of a removal
    event::EventPtr event;    // null: a removal
  };
  std::vector<Change> changes;  // the pipeline thread's own: what the next commit() makes latest

  // Guards the log's head and the latest events together: who holds it sees both of the same commit.
  std::mutex latest_mutex;
  LatestEvents latest;

  std::mutex streams_mutex;
  std::shared_ptr<const Streams> streams = std::make_shared<Streams>();
  SourceState source;

  std::mutex readers_mutex;
  std::vector<Reader*> readers;

  void tell_news();
  void wake_all();
  void finish_again(const event::EventType& type, std::string_view epoch);
};

// A stream asks for what no stream asked for when these were made: snapshots need it of the latest values too.
void Hub::Shared::finish_again(const event::EventType& type, std::string_view epoch) {
  std::vector<event::EventPtr> events;
  latest.copy(type.number, events);
  for (const auto& event : events) {
    auto data = parse_json(event->data_json());
    if (!data) continue;
    latest.keep(event::finish({.type = type.number, .time = event->time, .key = event->key, .fields = std::move(*data)},
                              type, epoch, event->sequence));
  }
}

void Hub::Shared::tell_news() {
  const std::lock_guard lock(readers_mutex);
  for (auto* reader : readers) {
    if (!reader->awake.exchange(true, std::memory_order_seq_cst)) reader->waker->news();
  }
}

void Hub::Shared::wake_all() {
  const std::lock_guard lock(readers_mutex);
  for (auto* reader : readers) {
    reader->awake.store(true, std::memory_order_seq_cst);
    reader->waker->wake();
  }
}

Hub::Hub(history::EventLog& log, event::EventCatalog& catalog, metrics::Registry* registry)
    : log_(log),
      catalog_(catalog),
      gap_type_(catalog.intern("", "gap").number),
      metrics_(std::make_unique<StreamMetrics>(registry)),
      shared_(std::make_unique<Shared>()) {}
Hub::~Hub() = default;

void Hub::declare(std::vector<event::StreamSpec> streams) {
  struct Needed {
    std::uint8_t frames;
    bool fields;
  };
  std::vector<Needed> before;
  for (event::TypeNumber number = 0; number < catalog_.size(); ++number) {
    auto& type = catalog_[number];
    before.push_back({type.frames, type.fields_read});
    type.frames = 0;
    type.logged = type.snapshot = type.fields_read = false;
  }
  auto declared = std::make_shared<Streams>();
  for (auto& spec : streams) {
    const auto need = [&](const std::vector<event::TypeNumber>& numbers, bool sent, bool shown) {
      for (const auto number : numbers) {
        auto& type = catalog_[number];
        type.logged = true;
        if (sent) type.frames = static_cast<std::uint8_t>(type.frames | 1U << static_cast<unsigned>(spec.frame));
        if (shown) type.snapshot = true;
        if (spec.when && spec.when->reads_fields(number)) type.fields_read = true;
      }
    };
    const bool polls_own = !spec.poll || spec.poll->events.empty();
    need(spec.events, true, polls_own && spec.on_connect.empty());
    need(spec.on_connect, true, true);
    if (spec.poll) need(spec.poll->events, false, true);
    const auto same = find(spec.name);
    const bool stands = same != nullptr && !spec.declaration.empty() && same->declaration == spec.declaration;
    declared->push_back(stands ? same : std::make_shared<const event::StreamSpec>(std::move(spec)));
  }
  {
    const std::lock_guard lock(shared_->latest_mutex);
    for (event::TypeNumber number = 0; number < shared_->latest.types(); ++number) {
      const auto& type = catalog_[number];
      if (!type.snapshot) shared_->latest.forget(number);
      const auto& [frames, fields] = before[number];
      if ((type.frames & ~frames) != 0 || (type.fields_read && !fields)) shared_->finish_again(type, log_.epoch());
    }
  }
  declared_from_.store(log_.head(), std::memory_order_release);
  {
    const std::lock_guard lock(shared_->streams_mutex);
    shared_->streams = std::move(declared);
  }
  version_.fetch_add(1, std::memory_order_acq_rel);
  shared_->wake_all();
}

void Hub::append(event::Emission&& emission) {
  const auto& type = catalog_[emission.type];
  if (!type.logged) return;
  if (emission.remove) {
    if (type.snapshot) shared_->changes.push_back({type.number, to_json(emission.key), nullptr});
    return;
  }
  auto event = event::finish(std::move(emission), type, log_.epoch(), log_.next());
  metrics_->events.add();
  metrics_->event_bytes.add(event->bytes.size());
  if (type.snapshot) shared_->changes.push_back({type.number, {}, event});
  log_.append(std::move(event));
}

void Hub::commit() {
  const auto head = log_.head();
  {
    const std::lock_guard lock(shared_->latest_mutex);
    log_.commit();
    for (const auto& [type, removed_key, event] : shared_->changes) {
      if (event == nullptr) {
        shared_->latest.remove(type, removed_key);
      } else if (!shared_->latest.keep(event)) {
        metrics_->latest_refused.add();
      }
    }
  }
  shared_->changes.clear();
  if (log_.head() != head) shared_->tell_news();
}

void Hub::tell_source(bool connected, Timestamp since) {
  {
    const std::lock_guard lock(shared_->streams_mutex);
    shared_->source = {connected, since, shared_->source.version + 1};
  }
  source_version_.fetch_add(1, std::memory_order_acq_rel);
  shared_->wake_all();
}

void Hub::lose_source(Timestamp now) {
  auto event = event::finish_source_gap(catalog_[gap_type_], log_.epoch(), log_.next(), now);
  metrics_->count(event::GapReason::source);
  log_.append(std::move(event));
}

std::shared_ptr<const Hub::Streams> Hub::streams() const {
  const std::lock_guard lock(shared_->streams_mutex);
  return shared_->streams;
}

std::shared_ptr<const event::StreamSpec> Hub::find(std::string_view name) const {
  const auto all = streams();
  const auto found = std::ranges::find(*all, name, [](const auto& spec) -> std::string_view { return spec->name; });
  return found == all->end() ? nullptr : *found;
}

Hub::Latest Hub::latest(const std::vector<event::TypeNumber>& types) const {
  Latest latest;
  {
    const std::lock_guard lock(shared_->latest_mutex);
    latest.position = log_.head();
    for (const auto type : types) shared_->latest.copy(type, latest.events);
  }
  std::ranges::sort(latest.events, {}, [](const auto& event) { return event->sequence; });
  return latest;
}

std::uint64_t Hub::latest_version(const std::vector<event::TypeNumber>& types) const {
  const std::lock_guard lock(shared_->latest_mutex);
  std::uint64_t newest = 0;
  for (const auto type : types) newest = std::max(newest, shared_->latest.version(type));
  return newest;
}

SourceState Hub::source() const {
  const std::lock_guard lock(shared_->streams_mutex);
  return shared_->source;
}

void Hub::add(Reader& reader) {
  const std::lock_guard lock(shared_->readers_mutex);
  shared_->readers.push_back(&reader);
}

void Hub::remove(Reader& reader) {
  const std::lock_guard lock(shared_->readers_mutex);
  std::erase(shared_->readers, &reader);
}

std::size_t Hub::clients(const std::string& stream) const {
  return static_cast<std::size_t>(metrics_->clients(stream).value());
}

}  // namespace sluice::stream
