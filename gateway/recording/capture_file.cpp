#include "recording/capture_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace sluice::recording {
namespace {

constexpr std::size_t gathered_bytes = 64U << 10;
constexpr int level = 3;
constexpr mode_t owner_only = 0600;  // payloads may be secrets

std::string reason(int number) {
  return std::generic_category().message(number);
}

}  // namespace

struct CaptureFile::State {
  std::string path;
  int descriptor = -1;
  ZSTD_CCtx* packing = nullptr;
  std::string gathered;
  std::string packed;
  std::uint64_t size = 0;
  bool failed = false;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    ZSTD_freeCCtx(packing);
    if (descriptor >= 0 && descriptor != STDOUT_FILENO) ::close(descriptor);
  }

  Expected<void> put(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::write(descriptor, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        failed = true;
        return unexpected(path, "cannot be written: " + reason(errno));
      }
      size += static_cast<std::uint64_t>(count);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  Expected<void> pack(ZSTD_EndDirective how) {
    ZSTD_inBuffer in{gathered.data(), gathered.size(), 0};
    packed.resize(ZSTD_CStreamOutSize());
    for (;;) {
      ZSTD_outBuffer out{packed.data(), packed.size(), 0};
      const auto left = ZSTD_compressStream2(packing, &out, &in, how);
      if (ZSTD_isError(left) != 0) {
        failed = true;
        return unexpected(path, fmt::format("cannot be compressed: {}", ZSTD_getErrorName(left)));
      }
      if (auto put_out = put(std::string_view(packed).substr(0, out.pos)); !put_out) return put_out;
      if (how == ZSTD_e_continue ? in.pos == in.size : left == 0) break;
    }
    gathered.clear();
    return {};
  }

  Expected<void> send(ZSTD_EndDirective how) {
    if (failed) return unexpected(path, "cannot be written any more");
    if (packing != nullptr) return pack(how);
    auto put_out = put(gathered);
    gathered.clear();
    return put_out;
  }
};

CaptureFile::CaptureFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureFile::~CaptureFile() {
  static_cast<void>(close());
}

Expected<std::unique_ptr<CaptureFile>> CaptureFile::create(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path == "-" ? "standard output" : path;
  state->descriptor =
      path == "-" ? STDOUT_FILENO : ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only);
  if (state->descriptor < 0 && errno == EEXIST) {
    return unexpected(path, "is there already: name another file, or remove it");
  }
  if (state->descriptor < 0) return unexpected(path, "cannot be made: " + reason(errno));
  if (path.ends_with(".zst")) {
    state->packing = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(state->packing, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(state->packing, ZSTD_c_checksumFlag, 1);
  }
  return std::unique_ptr<CaptureFile>(new CaptureFile(std::move(state)));
}

Expected<void> CaptureFile::write(std::string_view bytes) {
  state_->gathered += bytes;
  if (state_->gathered.size() < gathered_bytes) return {};
  return state_->send(ZSTD_e_continue);
}

Expected<void> CaptureFile::flush() {
  if (state_->gathered.empty()) return {};
  return state_->send(ZSTD_e_flush);
}

Expected<void> CaptureFile::close() {
  if (state_->descriptor < 0) return {};
  auto sent = state_->failed ? Expected<void>() : state_->send(ZSTD_e_end);
  if (state_->descriptor != STDOUT_FILENO && ::close(state_->descriptor) != 0 && sent) {
    sent = unexpected(state_->path, "cannot be written: " + reason(errno));
  }
  state_->descriptor = -1;
  return sent;
}

std::uint64_t CaptureFile::size() const {
  return state_->size;
}

const std::string& CaptureFile::path() const {
  return state_->path;
}

}  // namespace sluice::recording
