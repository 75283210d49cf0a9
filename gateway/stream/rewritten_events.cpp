#include "stream/rewritten_events.h"

namespace sluice::stream {
namespace {

// What one costs besides its bytes: the event, its key's text, its place here.
constexpr std::size_t overhead = 400;

std::size_t weight(const event::Event& event) {
  return event.bytes.size() + event.key_json.size() + overhead;
}

}  // namespace

std::size_t RewrittenEvents::NameHash::operator()(const Name& name) const {
  constexpr std::size_t odd = 0x9e3779b97f4a7c15U;  // 2^64 / the golden ratio: spreads neighbours
  return ((name.sequence * odd) ^ name.form) * odd ^ name.parts;
}

event::EventPtr RewrittenEvents::get(const event::Event& event, const Form& form, Parts parts) {
  const Name name{form.number, event.sequence, parts};
  if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
  auto made = make(event, form, parts);
  bytes_ += weight(*made);
  by_name_.emplace(name, made);
  made_.push_back(name);
  while (bytes_ > most_bytes_) {
    const auto oldest = by_name_.find(made_.front());
    bytes_ -= weight(*oldest->second);
    by_name_.erase(oldest);
    made_.pop_front();
  }
  return made;
}

event::EventPtr RewrittenEvents::make(const event::Event& event, const Form& form, Parts parts) {
  text_.clear();
  form.write_event(event, parts, text_);
  written_.bytes.clear();
  written_.text = {};
  form.share(text_, written_);

  auto made = std::make_shared<RewrittenEvent>();
  made->sequence = event.sequence;
  made->type = event.type;
  made->name = event.name;
  made->time = event.time;
  made->key_json = event.key_json;
  made->bytes = written_.bytes;  // copied: it keeps no more memory than it has bytes
  made->parts = parts;
  made->text = written_.text;
  made->blocks[static_cast<std::size_t>(form.frame())] = {0, static_cast<std::uint32_t>(made->bytes.size())};
  return made;
}

void RewrittenEvents::forget_all() {
  by_name_.clear();
  made_.clear();
  bytes_ = 0;
}

}  // namespace sluice::stream
