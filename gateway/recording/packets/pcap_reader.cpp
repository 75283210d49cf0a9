#include "recording/packets/pcap_reader.h"

#include <algorithm>
#include <array>

#include "recording/capture_clock.h"
#include "recording/packets/conversations.h"
#include "recording/packets/pcap_file.h"
#include "recording/packets/publish_choice.h"

namespace sluice::recording {
namespace {

// Packets that are not whole, segments out of order: of all connections together.
constexpr std::size_t most_held = std::size_t{256} << 20;

class PcapReader final : public CaptureReader {
 public:
  PcapReader(std::unique_ptr<CaptureInput> input, CaptureOptions::Direction direction)
      : input_(std::move(input)), choice_(direction, shared_.brokers, shared_.counts), conversations_(shared_) {}

  Expected<bool> next(CapturedMessage& message) override {
    if (input_ != nullptr) {
      auto file = PcapFile::open(std::move(input_));
      if (!file) {
        at_end_ = true;
        return tl::unexpected(file.error());
      }
      file_ = std::move(*file);
    }
    Published publish;
    while (!choice_.next(publish, at_end_)) {
      if (at_end_) return false;
      if (const auto read = read_packet(); !read) return tl::unexpected(read.error());
    }
    message.time = clock_.since_start(publish.time);
    message.message = std::move(publish.message);
    message.properties = std::move(publish.properties);
    message.place = publish.offset;
    return true;
  }

  std::optional<Timestamp> started() const override { return clock_.started(); }
  std::string_view format() const override { return "pcap"; }

  std::vector<std::string> notes() const override {
    if (file_ == nullptr) return {};
    auto notes = notes_of(shared_.counts);
    clock_.add_notes(notes);
    return notes;
  }

 private:
  Expected<void> read_packet() {
    if (read_all_) {
      at_end_ = !conversations_.finish_next();
      return {};
    }
    PcapFile::Packet packet;
    const auto more = file_->next(packet);
    read_all_ = !more || !*more;
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    shared_.time = packet.time;
    shared_.offset = packet.offset;
    ++shared_.counts.packets;
    TcpSegment segment;
    switch (read_frame(file_->link(), packet.bytes, segment)) {
      case FrameKind::tcp:
        conversations_.receive(segment);
        break;
      case FrameKind::fragment:
        ++shared_.counts.fragments;
        break;
      case FrameKind::malformed:
        ++shared_.counts.malformed_frames;
        break;
      case FrameKind::other:
        break;
    }
    return {};
  }

  std::unique_ptr<CaptureInput> input_;
  std::unique_ptr<PcapFile> file_;
  Speaker::Shared shared_{MemoryBudget(most_held), [this](Published&& publish) { choice_.add(std::move(publish)); }};
  PublishChoice choice_;
  Conversations conversations_;
  CaptureClock clock_;
  bool read_all_ = false;  // of the file
  bool at_end_ = false;    // and all connections are finished
};

}  // namespace

bool fits_pcap(std::string_view head) {
  static constexpr std::array<std::string_view, 7> magic{
      "\xA1\xB2\xC3\xD4", "\xD4\xC3\xB2\xA1",  // microseconds, in either byte order
      "\xA1\xB2\x3C\x4D", "\x4D\x3C\xB2\xA1",  // nanoseconds
      "\xA1\xB2\xCD\x34", "\x34\xCD\xB2\xA1",  // Kuznetzov's
      "\x0A\x0D\x0D\x0A",                      // pcapng
  };
  return std::any_of(magic.begin(), magic.end(), [&](std::string_view first) { return head.starts_with(first); });
}

std::unique_ptr<CaptureReader> open_pcap(std::unique_ptr<CaptureInput> input, const CaptureOptions& options) {
  return std::make_unique<PcapReader>(std::move(input), options.direction);
}

}  // namespace sluice::recording
