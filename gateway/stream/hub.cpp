#include "stream/hub.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/json.h"
#include "event/finish.h"
#include "stream/stream_metrics.h"

namespace sluice::stream {
namespace {

// What the mapper's own store is bounded by as well: beyond it a new key is sent but not kept as latest.
constexpr std::size_t max_latest_keys = 100'000;  // a type
constexpr std::size_t max_latest_bytes = std::size_t{256} << 20;

std::size_t weight(const event::Event& event) {
  return event.bytes.size() + 2 * event.key_json.size();
}

}  // namespace

struct Hub::Shared {
  struct LatestOfType {
    std::unordered_map<std::string, event::EventPtr> by_key;  // key as JSON text
    std::uint64_t version = 0;
  };
  struct Change {
    event::TypeNumber type = 0;
    std::string key_json;
    event::EventPtr event;  // null: removed
  };

  std::vector<Change> changes;  // the pipeline thread's own: what the next commit() makes latest
  std::uint64_t next_version = 1;

  // Guards the log's head and the latest values together: who holds it sees both of the same commit.
  std::mutex latest_mutex;
  std::vector<LatestOfType> latest;  // by type
  std::size_t latest_bytes = 0;

  std::mutex streams_mutex;
  std::shared_ptr<const Streams> streams = std::make_shared<Streams>();
  SourceState source;

  std::mutex readers_mutex;
  std::vector<Reader*> readers;

  void apply(Change&& change, StreamMetrics& metrics);
  void forget(event::TypeNumber type);
  void wake(bool also_awake);
};

void Hub::Shared::apply(Change&& change, StreamMetrics& metrics) {
  if (latest.size() <= change.type) latest.resize(change.type + 1);
  auto& of_type = latest[change.type];
  const auto found = of_type.by_key.find(change.key_json);
  if (found != of_type.by_key.end()) {
    latest_bytes -= weight(*found->second);
    of_type.version = next_version++;
    if (change.event == nullptr) {
      of_type.by_key.erase(found);
      return;
    }
    latest_bytes += weight(*change.event);
    found->second = std::move(change.event);
    return;
  }
  if (change.event == nullptr) return;
  if (of_type.by_key.size() >= max_latest_keys || latest_bytes + weight(*change.event) > max_latest_bytes) {
    metrics.latest_refused.add();
    return;
  }
  of_type.version = next_version++;
  latest_bytes += weight(*change.event);
  of_type.by_key.emplace(std::move(change.key_json), std::move(change.event));
}

void Hub::Shared::forget(event::TypeNumber type) {
  for (const auto& [key, event] : latest[type].by_key) latest_bytes -= weight(*event);
  latest[type] = {.by_key = {}, .version = next_version++};
}

void Hub::Shared::wake(bool also_awake) {
  const std::lock_guard lock(readers_mutex);
  for (auto* reader : readers) {
    if (!reader->awake.exchange(true, std::memory_order_seq_cst) || also_awake) reader->waker->wake();
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
  for (event::TypeNumber number = 0; number < catalog_.size(); ++number) {
    auto& type = catalog_[number];
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
    declared->push_back(std::make_shared<const event::StreamSpec>(std::move(spec)));
  }
  {
    const std::lock_guard lock(shared_->latest_mutex);
    for (event::TypeNumber number = 0; number < shared_->latest.size(); ++number) {
      if (!catalog_[number].snapshot) shared_->forget(number);
    }
  }
  {
    const std::lock_guard lock(shared_->streams_mutex);
    shared_->streams = std::move(declared);
  }
  version_.fetch_add(1, std::memory_order_acq_rel);
  shared_->wake(true);
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
  if (type.snapshot) shared_->changes.push_back({type.number, event->key_json, event});
  log_.append(std::move(event));
}

void Hub::commit() {
  const auto head = log_.head();
  {
    const std::lock_guard lock(shared_->latest_mutex);
    log_.commit();
    for (auto& change : shared_->changes) shared_->apply(std::move(change), *metrics_);
  }
  shared_->changes.clear();
  if (log_.head() != head) shared_->wake(false);
}

void Hub::tell_source(bool connected, Timestamp since) {
  {
    const std::lock_guard lock(shared_->streams_mutex);
    shared_->source = {connected, since, shared_->source.version + 1};
  }
  source_version_.fetch_add(1, std::memory_order_acq_rel);
  shared_->wake(true);
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
    for (const auto type : types) {
      if (type >= shared_->latest.size()) continue;
      for (const auto& [key, event] : shared_->latest[type].by_key) latest.events.push_back(event);
    }
  }
  std::ranges::sort(latest.events, {}, [](const auto& event) { return event->sequence; });
  return latest;
}

std::uint64_t Hub::latest_version(const std::vector<event::TypeNumber>& types) const {
  const std::lock_guard lock(shared_->latest_mutex);
  std::uint64_t newest = 0;
  for (const auto type : types) {
    if (type < shared_->latest.size()) newest = std::max(newest, shared_->latest[type].version);
  }
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
