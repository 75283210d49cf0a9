#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "recording/capture_formats.h"
#include "recording/sluice_capture.h"

namespace sluice::recording::test {

inline CapturedMessage captured(std::int64_t us, std::string topic, std::string payload, int qos = 0,
                                bool retain = false) {
  CapturedMessage message;
  message.time = std::chrono::microseconds(us);
  message.message.topic = std::move(topic);
  message.message.payload = std::move(payload);
  message.message.qos = qos;
  message.message.retain = retain;
  return message;
}

/// Everything that a reader gives: each message as "us topic payload", each error as "where: message".
inline std::vector<std::string> all_of(CaptureReader& reader) {
  std::vector<std::string> all;
  CapturedMessage message;
  for (;;) {
    const auto read = reader.next(message);
    if (!read) {
      all.push_back(read.error().text());
    } else if (*read) {
      all.push_back(std::to_string(message.time.count()) + " " + message.message.topic + " " + message.message.payload);
    } else {
      return all;
    }
  }
}

inline std::string text_of(const std::vector<CapturedMessage>& messages, Timestamp started = at_ms(0)) {
  std::string text;
  write_header({.started = started, .broker = "", .filters = {}}, text);
  for (const auto& message : messages) write_message(message, text);
  return text;
}

inline std::unique_ptr<CaptureReader> reader_of(std::string text) {
  auto reader = open_capture(CaptureInput::of(std::move(text), "c"));
  return reader ? std::move(*reader) : nullptr;
}

/// A folder that is gone afterwards.
class Folder {
 public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "capture-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace sluice::recording::test
