#include "recording/recorder.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace sluice::recording {
namespace {

using std::chrono::microseconds;

constexpr std::size_t most_numbers = 99'999;
constexpr std::uint64_t flush_bytes = 1U << 20;  // so that sizes are known about as well

}  // namespace

std::string rotated_path(const std::string& path, std::size_t number) {
  const std::filesystem::path whole(path);
  auto name = whole.filename().string();
  const auto dot = name.find('.', 1);
  name.insert(dot == std::string::npos ? name.size() : dot, fmt::format("-{:05}", number));
  return (whole.parent_path() / name).string();
}

Recorder::Recorder(RecorderOptions options, CaptureHeader header)
    : options_(std::move(options)), header_(std::move(header)), started_(header_.started) {}

Expected<std::unique_ptr<Recorder>> Recorder::start(RecorderOptions options, CaptureHeader header) {
  std::unique_ptr<Recorder> recorder(new Recorder(std::move(options), std::move(header)));
  if (recorder->rotates() && recorder->options_.path == "-") {
    return unexpected("standard output is one file: a rotation needs a name");
  }
  if (auto made = recorder->next_file(microseconds(0)); !made) return tl::unexpected(made.error());
  return recorder;
}

Expected<void> Recorder::next_file(microseconds now) {
  if (auto closed = close(); !closed) return closed;
  auto path = options_.path;
  if (rotates()) {
    do {
      if (++number_ > most_numbers) return unexpected(options_.path, fmt::format("{} files are there", most_numbers));
      path = rotated_path(options_.path, number_);
    } while (std::filesystem::exists(path));
  }
  auto file = CaptureFile::create(path);
  if (!file) return tl::unexpected(file.error());
  file_ = std::move(*file);
  ++files_;
  if (rotates()) kept_.push_back(path);
  if (options_.keep > 0 && kept_.size() > options_.keep) {
    std::error_code ignored;  // somebody else may have removed it
    std::filesystem::remove(kept_.front(), ignored);
    kept_.pop_front();
  }
  // whole milliseconds, as the header has them
  const auto started = std::chrono::floor<milliseconds>(now);
  file_started_ = started;
  header_.started = started_ + started;
  line_.clear();
  write_header(header_, line_);
  unflushed_ = line_.size();
  return file_->write(line_);
}

Expected<void> Recorder::rotate_if_due(microseconds now) {
  const bool large = options_.rotate_bytes > 0 && file_->size() + unflushed_ >= options_.rotate_bytes;
  const bool old = options_.rotate_every.count() > 0 && now - file_started_ >= options_.rotate_every;
  if (!large && !old) return {};
  if (large) {  // what is gathered may be far smaller, compressed
    unflushed_ = 0;
    if (auto flushed = file_->flush(); !flushed) return flushed;
    if (!old && file_->size() < options_.rotate_bytes) return {};
  }
  return next_file(now);
}

Expected<bool> Recorder::add(const CapturedMessage& message) {
  if (full_) return false;
  if (auto rotated = rotate_if_due(message.time); !rotated) return tl::unexpected(rotated.error());
  line_.clear();
  if (file_started_.count() == 0) {
    write_message(message, line_);
  } else {
    auto moved = message;
    moved.time -= file_started_;
    write_message(moved, line_);
  }
  if (options_.most_bytes > 0 && bytes() + unflushed_ + line_.size() > options_.most_bytes) {
    unflushed_ = 0;
    if (auto flushed = file_->flush(); !flushed) return tl::unexpected(flushed.error());
    if (bytes() + line_.size() > options_.most_bytes) {
      full_ = true;
      return false;
    }
  }
  if (auto written = file_->write(line_); !written) return tl::unexpected(written.error());
  unflushed_ += line_.size();
  ++messages_;
  if (unflushed_ >= flush_bytes) {
    unflushed_ = 0;
    if (auto flushed = file_->flush(); !flushed) return tl::unexpected(flushed.error());
  }
  return true;
}

Expected<void> Recorder::flush(microseconds now) {
  unflushed_ = 0;
  if (auto flushed = file_->flush(); !flushed) return flushed;
  if (options_.rotate_every.count() > 0 && now - file_started_ >= options_.rotate_every) return next_file(now);
  return {};
}

Expected<void> Recorder::close() {
  if (!file_) return {};
  auto closed = file_->close();
  closed_bytes_ += file_->size();
  unflushed_ = 0;
  file_.reset();
  return closed;
}

}  // namespace sluice::recording
