#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "event/event_catalog.h"
#include "event/stream_spec.h"
#include "history/event_log.h"
#include "metrics/metrics.h"

namespace sluice::stream {

struct StreamMetrics;

/// What a shard leaves with the hub, to be told when there is something to send.
///
/// Threads: the pipeline's. Must not block.
class Waker {
 public:
  virtual ~Waker() = default;
  /// New events, for a shard that sleeps. It may serve them at once, on this thread, and say so in Reader::awake.
  virtual void news() = 0;
  /// Something else has changed.
  virtual void wake() = 0;
};

/// The broker's side of the gateway as streams tell it (`event: source`).
struct SourceState {
  bool connected = true;
  Timestamp since{};
  std::uint64_t version = 0;  // grows with each change
};

/// Where the pipeline meets the shards: gives events their place in the log, keeps the latest bytes, wakes readers.
///
/// Threads: append(), commit(), declare(), tell_source() and lose_source() from the pipeline thread; everything else
/// from any. Order: an event is in the log and among the latest at the same commit(): a snapshot taken at position p
/// holds exactly what events up to p made latest.
class Hub {
 public:
  /// Counts into `registry`; into one of its own when there is none.
  Hub(history::EventLog& log, event::EventCatalog& catalog, metrics::Registry* registry = nullptr);
  ~Hub();

  // The pipeline's side.

  /// Replaces the streams, from the next event on; sets what each event type needs. Call it with nothing appended and
  /// not committed. A stream whose `declaration` stands is left as it is, and so are its clients; those of one that is
  /// gone, or that they cannot follow, get what came before and are ended by their shard.
  void declare(std::vector<event::StreamSpec> streams);
  /// Encodes the event and gives it the next place, once for all streams; an event that no stream names is dropped
  /// here. `remove` only deletes the latest value of its key.
  void append(event::Emission&& emission);
  /// Makes what was appended visible, and wakes each shard that sleeps once.
  void commit();
  /// The broker came or went. Takes effect at once, without commit().
  void tell_source(bool connected, Timestamp since);
  /// Messages may be missing: a `gap` of reason `source`, appended like an event and part of every stream.
  void lose_source(Timestamp now);

  // Everyone's side.

  using Streams = std::vector<std::shared_ptr<const event::StreamSpec>>;
  /// The streams as they are now; the version of the declaration tells a shard when to look again.
  std::shared_ptr<const Streams> streams() const;
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  /// The newest event that the streams before the last declaration still carry.
  event::Sequence declared_from() const { return declared_from_.load(std::memory_order_acquire); }
  std::shared_ptr<const event::StreamSpec> find(std::string_view name) const;

  /// The latest values of these types and the position that they belong to: pointers copied under one lock.
  struct Latest {
    event::Sequence position = 0;
    std::vector<event::EventPtr> events;  // oldest first, by sequence
  };
  Latest latest(const std::vector<event::TypeNumber>& types) const;
  /// Grows with each change of a latest value of these types: while it stands, latest() is the same but for position.
  std::uint64_t latest_version(const std::vector<event::TypeNumber>& types) const;

  SourceState source() const;
  std::uint64_t source_version() const { return source_version_.load(std::memory_order_acquire); }
  /// The type of lose_source()'s events: no stream names it, each carries it.
  event::TypeNumber gap_type() const { return gap_type_; }
  StreamMetrics& metrics() const { return *metrics_; }
  /// How many clients the stream of that public name has, over all shards.
  std::size_t clients(const std::string& stream) const;
  const history::EventLog& log() const { return log_; }
  const event::EventCatalog& catalog() const { return catalog_; }

  /// A shard's registration. While `awake` is true the hub does not wake it: the shard sets it to false before it
  /// waits, then looks at log().head() once more (what changes the head no further wakes it in any case). Register and
  /// remove from any thread.
  struct Reader {
    std::atomic<bool> awake{true};
    Waker* waker = nullptr;
  };
  void add(Reader& reader);
  void remove(Reader& reader);

 private:
  history::EventLog& log_;
  event::EventCatalog& catalog_;
  event::TypeNumber gap_type_ = 0;
  std::atomic<std::uint64_t> version_{0};
  std::atomic<event::Sequence> declared_from_{0};
  std::atomic<std::uint64_t> source_version_{0};
  std::unique_ptr<StreamMetrics> metrics_;
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace sluice::stream
