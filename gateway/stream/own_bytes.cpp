#include "stream/own_bytes.h"

#include <algorithm>

namespace sluice::stream {

std::array<const Written*, 5> OwnBytes::parts() const {
  static const Written none{};
  return {&head, snapshot ? &snapshot->blocks : &none, &tail, snapshot ? &snapshot->ages : &none, &end};
}

std::size_t OwnBytes::size() const {
  std::size_t size = 0;
  for (const auto* part : parts()) size += part->bytes.size();
  return size;
}

TextSum OwnBytes::text() const {
  TextSum sum;
  for (const auto* part : parts()) sum.add(part->text);
  return sum;
}

std::string_view OwnBytes::bytes(std::size_t most, std::string& buffer) const {
  buffer.clear();
  auto skip = sent_;
  std::string_view only;  // what is left, as long as it stands in one part
  for (const auto* written : parts()) {
    const std::string_view part = written->bytes;
    if (skip >= part.size()) {
      skip -= part.size();
      continue;
    }
    const auto rest = part.substr(skip, most - buffer.size());
    skip = 0;
    if (only.empty()) {
      only = rest;
      continue;
    }
    if (buffer.empty()) buffer = only;
    buffer.append(rest.substr(0, most - std::min(most, buffer.size())));
    if (buffer.size() >= most) break;
  }
  return buffer.empty() ? only : std::string_view(buffer);
}

}  // namespace sluice::stream
