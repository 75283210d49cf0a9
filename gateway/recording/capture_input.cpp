#include "recording/capture_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace sluice::recording {
namespace {

constexpr std::size_t chunk_bytes = 128U << 10;
constexpr int largest_window_log = 27;                       // 128 MiB
constexpr std::string_view zstd_magic = "\x28\xB5\x2F\xFD";  // RFC 8878 3.1.1

std::string reason(int number) {
  return std::generic_category().message(number);
}

}  // namespace

/// Bytes as they stand in the file, unpacked where zstd has packed them.
struct CaptureInput::Source {
  int descriptor = -1;
  bool own_descriptor = false;
  std::string memory;  // instead of a descriptor
  std::string chunk;   // read and not yet handed out: [begin, end)
  std::size_t begin = 0;
  std::size_t end = 0;
  std::shared_ptr<CaptureProgress> progress = std::make_shared<CaptureProgress>();
  bool at_end = false;
  bool looked = false;  // at the first bytes, for compression
  bool in_frame = false;
  ZSTD_DCtx* unpacking = nullptr;
  std::string fault;

  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() {
    if (own_descriptor) ::close(descriptor);
    ZSTD_freeDCtx(unpacking);
  }

  bool fill() {
    if (at_end) return false;
    if (descriptor < 0) {
      at_end = true;
      chunk = std::move(memory);
      begin = 0;
      end = chunk.size();
      progress->read += end;
      return end > 0;
    }
    chunk.resize(chunk_bytes);
    ssize_t count = -1;
    do {
      count = ::read(descriptor, chunk.data(), chunk.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) fault = "cannot be read on: " + reason(errno);
    at_end = count <= 0;
    begin = 0;
    end = count > 0 ? static_cast<std::size_t>(count) : 0;
    progress->read += end;
    return end > 0;
  }

  /// Sees whether the first bytes are those of a zstd frame.
  void look() {
    looked = true;
    std::string first;
    while (first.size() < zstd_magic.size() && fill()) first.append(chunk, begin, end - begin);
    chunk = std::move(first);
    begin = 0;
    end = chunk.size();
    if (!chunk.starts_with(zstd_magic)) return;
    unpacking = ZSTD_createDCtx();
    ZSTD_DCtx_setParameter(unpacking, ZSTD_d_windowLogMax, largest_window_log);
  }

  std::size_t read(char* into, std::size_t capacity) {
    if (!looked) look();
    return unpacking == nullptr ? copy(into, capacity) : unpack(into, capacity);
  }

  std::size_t copy(char* into, std::size_t capacity) {
    if (begin == end && !fill()) return 0;
    const auto count = std::min(capacity, end - begin);
    std::memcpy(into, chunk.data() + begin, count);
    begin += count;
    return count;
  }

  std::size_t unpack(char* into, std::size_t capacity) {
    ZSTD_outBuffer out{into, capacity, 0};
    while (out.pos == 0 && fault.empty()) {
      if (begin == end && !fill()) {
        // What it holds back comes without more input.
        if (in_frame) fault = "the compressed data end in the middle: the file is cut";
        break;
      }
      ZSTD_inBuffer in{chunk.data() + begin, end - begin, 0};
      const auto left = ZSTD_decompressStream(unpacking, &out, &in);
      begin += in.pos;
      if (ZSTD_isError(left) != 0) {
        fault = fmt::format("the compressed data are damaged (zstd: {})", ZSTD_getErrorName(left));
      }
      in_frame = left != 0;
    }
    return out.pos;
  }
};

CaptureInput::CaptureInput(std::unique_ptr<Source> source, std::string name)
    : source_(std::move(source)), name_(std::move(name)) {}
CaptureInput::~CaptureInput() = default;

Expected<std::unique_ptr<CaptureInput>> CaptureInput::open(const std::string& path,
                                                           std::shared_ptr<CaptureProgress> progress) {
  auto source = std::make_unique<Source>();
  if (progress) source->progress = std::move(progress);
  const bool standard = path == "-";
  source->descriptor = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (source->descriptor < 0) return unexpected(path, reason(errno));
  source->own_descriptor = !standard;
  struct stat status {};
  if (::fstat(source->descriptor, &status) == 0) {
    if (S_ISDIR(status.st_mode)) return unexpected(path, "is a folder, expected a capture");
    if (S_ISREG(status.st_mode)) source->progress->size = static_cast<std::uint64_t>(status.st_size);
  }
  return std::unique_ptr<CaptureInput>(new CaptureInput(std::move(source), standard ? "standard input" : path));
}

std::unique_ptr<CaptureInput> CaptureInput::of(std::string bytes, std::string name) {
  auto source = std::make_unique<Source>();
  source->progress->size = bytes.size();
  source->memory = std::move(bytes);
  return std::unique_ptr<CaptureInput>(new CaptureInput(std::move(source), std::move(name)));
}

const std::string& CaptureInput::fault() const {
  return source_->fault;
}

void CaptureInput::fill_head() {
  if (std::exchange(head_filled_, true)) return;
  head_.resize(head_bytes);
  std::size_t filled = 0;
  while (filled < head_bytes) {
    const auto count = source_->read(head_.data() + filled, head_bytes - filled);
    if (count == 0) break;
    filled += count;
  }
  head_.resize(filled);
}

std::string_view CaptureInput::head() {
  fill_head();
  return head_;
}

std::size_t CaptureInput::read(char* into, std::size_t capacity) {
  std::size_t count = std::min(capacity, head_.size() - head_read_);
  if (count > 0) {
    std::memcpy(into, head_.data() + head_read_, count);
    head_read_ += count;
  } else {
    count = source_->read(into, capacity);
  }
  offset_ += count;
  return count;
}

}  // namespace sluice::recording
