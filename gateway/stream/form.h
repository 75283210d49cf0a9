#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event/event.h"
#include "event/stream_spec.h"
#include "event/wire.h"
#include "stream/text_sum.h"

namespace sluice::stream {

class Coding;

/// Which of a selection's streams carry an event: a bit each, in the order asked for.
using Parts = std::uint64_t;

/// True for what tells every stream that messages may be missing: no mapping may name an event so.
inline bool is_gap(const event::Event& event) {
  return event.name == "gap";
}

/// How a connection writes what it is told: events, and the words of the stream itself.
///
/// The plain form sends the event's own finished block. Every other one makes an event anew (`rewrites()`): the same
/// sequence, type and key, other bytes. Where there is a coding, what a form writes is the text that it makes small.
///
/// Threads: its feed's. Shared by the selections that write alike.
class Form {
 public:
  /// `coding` outlives it; null: none. `number` tells it from all other forms of its feed, those before it too.
  Form(Coding* its_coding, std::uint64_t its_number) : coding(its_coding), number(its_number) {}
  virtual ~Form() = default;
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;

  Coding* const coding;
  const std::uint64_t number;

  /// The frame of the block that goes out as it is: of the event itself, or of the one made anew.
  virtual event::Frame frame() const { return event::Frame::event; }
  /// False when an event's own block is what goes out.
  virtual bool rewrites() const { return true; }
  /// Appends the event, which those parts carry, with its id. Nothing: it was finished before anyone asked for it so.
  virtual void write_event(const event::Event& event, Parts parts, std::string& out) const = 0;
  /// Appends the event as a snapshot of that part shows it: without an id.
  virtual void write_shown(const event::Event& event, std::size_t part, std::string& out) const = 0;
  /// What that part's clients know the event as.
  virtual std::string name(const event::Event& event, std::size_t part) const;

  // The words of the stream itself, as text; "" where the form has none.

  /// What comes first of all, at once.
  virtual std::string beginning(int retry_ms) const = 0;
  /// The hello of the stream that is that part.
  virtual std::string hello(const event::StreamSpec& spec, std::size_t part, Timestamp now) const = 0;
  virtual std::string source(bool connected, Timestamp since, Timestamp now) const = 0;
  virtual std::string gap(const event::Gap& gap, bool with_id, Timestamp now) const = 0;
  virtual std::string checkpoint(std::string_view id, Timestamp now) const = 0;
  /// A checkpoint that says the ages of a snapshot, JSON text of that many bytes, between its two halves.
  struct Halves {
    std::string before;
    std::string after;
  };
  virtual Halves checkpoint_with_ages(std::string_view id, std::size_t ages_bytes, Timestamp now) const = 0;
  /// What shows that the gateway lives. `name`: of the event, "" for what no client notices.
  virtual std::string heartbeat(std::string_view name, Timestamp now) const = 0;
  virtual std::string expired(Timestamp now) const = 0;
  /// The reconnection time, at the end.
  virtual std::string farewell(int retry_ms) const = 0;

  /// Appends what comes before all text.
  void begin(Written& out) const;
  /// Appends text that is for one client.
  void tell(std::string_view text, Written& out) const;
  /// Appends text that many get: it is worth the work of making it small.
  void share(std::string_view text, Written& out) const;
};

}  // namespace sluice::stream
