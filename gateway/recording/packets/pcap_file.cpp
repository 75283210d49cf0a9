#include "recording/packets/pcap_file.h"

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "recording/packets/tcp_segment.h"

namespace sluice::recording {
namespace {

constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

ssize_t read_input(void* input, char* into, std::size_t capacity) {
  return static_cast<ssize_t>(static_cast<CaptureInput*>(input)->read(into, capacity));
}

}  // namespace

struct PcapFile::Source {
  std::unique_ptr<CaptureInput> input;
  pcap_t* pcap = nullptr;

  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() {
    if (pcap != nullptr) pcap_close(pcap);
  }

  tl::unexpected<Error> fault(std::uint64_t offset, std::string_view sentence) const {
    const auto where = fmt::format("{}: offset {}", input->name(), offset);
    return unexpected(where, input->fault().empty() ? std::string(sentence) : input->fault());
  }
};

PcapFile::PcapFile(std::unique_ptr<Source> source) : source_(std::move(source)) {}
PcapFile::~PcapFile() = default;

Expected<std::unique_ptr<PcapFile>> PcapFile::open(std::unique_ptr<CaptureInput> input) {
  auto source = std::make_unique<Source>();
  source->input = std::move(input);
  cookie_io_functions_t functions{};
  functions.read = read_input;
  auto* const file = fopencookie(source->input.get(), "r", functions);
  if (file == nullptr) return source->fault(0, "no memory to read it");
  std::setvbuf(file, nullptr, _IONBF, 0);  // so that the input's offset is the next packet's
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  source->pcap = pcap_fopen_offline(file, error.data());
  if (source->pcap == nullptr) {
    std::fclose(file);
    return source->fault(0, fmt::format("is no pcap file that can be read: {}", error.data()));
  }
  const int link = pcap_datalink(source->pcap);
  if (!is_known_link(link)) {
    const auto* const name = pcap_datalink_val_to_description(link);
    return source->fault(0, fmt::format("holds packets of link type {} ({}), expected Ethernet, loopback, Linux cooked "
                                        "or raw IP: capture on such an interface",
                                        link, name == nullptr ? "unknown" : name));
  }
  return std::unique_ptr<PcapFile>(new PcapFile(std::move(source)));
}

int PcapFile::link() const {
  return pcap_datalink(source_->pcap);
}

Expected<bool> PcapFile::next(Packet& packet) {
  packet.offset = source_->input->offset();
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int result = pcap_next_ex(source_->pcap, &header, &bytes);
  if (result == PCAP_ERROR_BREAK) {
    if (!source_->input->fault().empty()) return source_->fault(packet.offset, "");
    return false;
  }
  if (result != 1)
    return source_->fault(packet.offset, fmt::format("damaged from here on: {}", pcap_geterr(source_->pcap)));
  const auto seconds = std::clamp<std::int64_t>(header->ts.tv_sec, 0, last_second);
  const auto micros = std::clamp<std::int64_t>(header->ts.tv_usec, 0, 999'999);
  packet.time = std::chrono::seconds(seconds) + std::chrono::microseconds(micros);
  packet.bytes = {reinterpret_cast<const char*>(bytes), header->caplen};
  return true;
}

}  // namespace sluice::recording
