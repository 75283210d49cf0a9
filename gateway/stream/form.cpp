#include "stream/form.h"

#include "stream/coding.h"

namespace sluice::stream {

std::string Form::name(const event::Event& event, std::size_t) const {
  return std::string(event.name);
}

void Form::begin(Written& out) const {
  if (coding != nullptr) coding->begin(out);
}

void Form::tell(std::string_view text, Written& out) const {
  if (coding != nullptr) {
    coding->store(text, out);
  } else {
    out.bytes.append(text);
  }
}

void Form::share(std::string_view text, Written& out) const {
  if (coding != nullptr) {
    coding->press(text, out);
  } else {
    out.bytes.append(text);
  }
}

}  // namespace sluice::stream
