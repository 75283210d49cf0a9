#include "recording/packets/mqtt_stream.h"

#include <algorithm>

namespace sluice::recording {

void MqttStream::take(std::string_view bytes) {
  skip(bytes);
  if (bytes.empty()) return;
  if (held_.empty()) {
    keep(read_packets(bytes));
    return;
  }
  if (!budget_.take(bytes.size())) {
    // No room for the packet: its length still says where the next one begins.
    FixedHeader header;
    const bool framed = in_step_ && read_fixed_header(held_, header) == Fit::yes;
    if (framed) {
      skip_ = std::uint64_t{header.size} + header.length - held_.size();
      listener_.too_large(header.length);
    } else {
      in_step_ = false;
    }
    forget();
    take(bytes);
    return;
  }
  held_.append(bytes);
  const auto all = std::string_view(held_);
  const auto rest = read_packets(all);
  if (rest.size() == all.size()) return;
  std::string kept(rest);
  budget_.give_back(held_.size() - kept.size());
  held_ = std::move(kept);
}

std::string_view MqttStream::read_packets(std::string_view bytes) {
  while (!bytes.empty() && (in_step_ ? read_packet(bytes) : find_packet(bytes))) {
  }
  return bytes;
}

bool MqttStream::read_packet(std::string_view& bytes) {
  FixedHeader header;
  const auto fit = read_fixed_header(bytes, header);
  if (fit == Fit::more) return false;
  if (fit == Fit::no) {
    in_step_ = false;
    return true;
  }
  const std::size_t size = std::size_t{header.size} + header.length;
  if (size > largest) {
    listener_.too_large(header.length);
    skip_ = size;
    skip(bytes);
    return true;
  }
  if (bytes.size() < size) return false;
  const auto body = bytes.substr(header.size, header.length);
  bytes.remove_prefix(size);
  listener_.packet(header, body);
  return true;
}

bool MqttStream::find_packet(std::string_view& bytes) {
  std::size_t at = 0;
  auto fit = Fit::no;
  for (; at < bytes.size(); ++at) {
    const auto rest = bytes.substr(at);
    fit = fits_packet(rest, level_);
    if (fit == Fit::no) continue;
    if (fit == Fit::more) break;
    FixedHeader header;
    read_fixed_header(rest, header);
    const std::size_t size = std::size_t{header.size} + header.length;
    if (size > largest || (rest.size() > size && fits_packet(rest.substr(size), level_) == Fit::no)) {
      fit = Fit::no;
      continue;
    }
    break;
  }
  if (at > 0) listener_.passed_over(at);
  bytes.remove_prefix(at);
  in_step_ = fit == Fit::yes;
  return in_step_;
}

void MqttStream::lost(std::uint64_t bytes) {
  if (skip_ >= bytes) {
    skip_ -= bytes;
    return;
  }
  FixedHeader header;
  if (skip_ == 0 && in_step_ && read_fixed_header(held_, header) == Fit::yes) {
    const auto missing = std::uint64_t{header.size} + header.length - held_.size();
    listener_.damaged();
    forget();
    if (missing >= bytes) {
      skip_ = missing - bytes;
      return;
    }
  } else if (in_step_ && !held_.empty()) {
    listener_.damaged();
  }
  forget();
  skip_ = 0;
  in_step_ = false;
}

void MqttStream::skip(std::string_view& bytes) {
  const auto count = std::min<std::uint64_t>(skip_, bytes.size());
  bytes.remove_prefix(static_cast<std::size_t>(count));
  skip_ -= count;
}

void MqttStream::keep(std::string_view rest) {
  if (rest.empty()) return;
  if (budget_.take(rest.size())) {
    held_ = rest;
    return;
  }
  FixedHeader header;
  if (in_step_ && read_fixed_header(rest, header) == Fit::yes) {
    skip_ = std::uint64_t{header.size} + header.length - rest.size();
    listener_.too_large(header.length);
  } else {
    in_step_ = false;
  }
}

void MqttStream::forget() {
  budget_.give_back(held_.size());
  held_.clear();
  held_.shrink_to_fit();
}

}  // namespace sluice::recording
