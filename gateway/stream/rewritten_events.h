#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

#include "event/event.h"
#include "stream/form.h"
#include "stream/text_sum.h"

namespace sluice::stream {

/// An event as another form than the plain one writes it: the same sequence, type and key, and in `block(form.frame())`
/// the form's bytes. It has no fields.
struct RewrittenEvent final : event::Event {
  Parts parts = 0;
  TextSum text;  // where there is a coding
};

/// Events in the forms that write them anew: each made once for all selections of a form, and for those who come back
/// and missed it. The newest made are kept, up to a number of bytes.
///
/// Threads: its feed's.
class RewrittenEvents {
 public:
  explicit RewrittenEvents(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// The event, which those parts carry, as the form writes it. Its block is empty when the form has nothing of it.
  event::EventPtr get(const event::Event& event, const Form& form, Parts parts);
  void forget_all();
  std::size_t bytes() const { return bytes_; }

 private:
  struct Name {
    std::uint64_t form;
    event::Sequence sequence;
    Parts parts;
    friend bool operator==(const Name&, const Name&) = default;
  };
  struct NameHash {
    std::size_t operator()(const Name& name) const;
  };
  event::EventPtr make(const event::Event& event, const Form& form, Parts parts);

  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::unordered_map<Name, event::EventPtr, NameHash> by_name_;
  std::deque<Name> made_;  // oldest first
  std::string text_;       // scratch, as is the next
  Written written_;
};

}  // namespace sluice::stream
