#include "recording/line_reader.h"

#include <algorithm>
#include <cstring>

namespace sluice::recording {
namespace {

constexpr std::size_t chunk_bytes = 256U << 10;

}  // namespace

LineReader::LineReader(CaptureInput& input, std::size_t longest) : input_(input), longest_(longest) {}

/// Reads on behind what is not handed out yet; false at the end.
bool LineReader::more() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < chunk_bytes) buffer_.resize(std::max(end_ + chunk_bytes, buffer_.size() * 2));
  const auto count = input_.read(buffer_.data() + end_, buffer_.size() - end_);
  at_end_ = count == 0;
  end_ += count;
  return count > 0;
}

bool LineReader::next() {
  too_long_ = torn_ = false;
  std::size_t searched = 0;
  const char* stop = nullptr;
  for (;;) {
    const auto* const from = buffer_.data() + begin_ + searched;
    if (begin_ + searched < end_) stop = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_ - searched));
    if (stop != nullptr) break;
    searched = end_ - begin_;
    if (searched > longest_) return cut();
    if (!more()) break;
  }
  if (stop == nullptr && begin_ == end_) return false;
  ++number_;
  torn_ = stop == nullptr;
  const auto length = torn_ ? end_ - begin_ : static_cast<std::size_t>(stop - (buffer_.data() + begin_));
  line_ = std::string_view(buffer_).substr(begin_, length);
  begin_ += length + (torn_ ? 0 : 1);
  if (line_.size() > longest_) {
    line_ = line_.substr(0, longest_);
    too_long_ = true;
  }
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  return true;
}

/// The line's first bytes; the rest of it is read and forgotten.
bool LineReader::cut() {
  const auto first = std::string(buffer_, begin_, longest_);
  begin_ = end_;
  while (more()) {
    const auto* const from = buffer_.data() + begin_;
    const auto* const stop = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
    if (stop != nullptr) {
      begin_ += static_cast<std::size_t>(stop - from) + 1;
      break;
    }
    begin_ = end_;
  }
  cut_line_ = first;
  line_ = cut_line_;
  ++number_;
  too_long_ = true;
  return true;
}

std::string LineReader::where() const {
  return input_.name() + ":" + std::to_string(number_);
}

}  // namespace sluice::recording
