#include "stream/own_bytes.h"

#include <algorithm>

namespace sluice::stream {

std::array<std::string_view, 5> OwnBytes::parts() const {
  if (snapshot == nullptr) return {head, {}, tail, {}, end};
  return {head, snapshot->blocks, tail, snapshot->ages, end};
}

std::size_t OwnBytes::size() const {
  std::size_t size = 0;
  for (const auto part : parts()) size += part.size();
  return size;
}

std::string_view OwnBytes::bytes(std::size_t most, std::string& buffer) const {
  buffer.clear();
  auto skip = sent_;
  std::string_view only;  // what is left, as long as it stands in one part
  for (const auto part : parts()) {
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
