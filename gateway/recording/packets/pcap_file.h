#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/expected.h"
#include "recording/capture_input.h"

namespace sluice::recording {

/// The packets of a pcap or pcapng file, read by libpcap.
///
/// Threads: one. Memory: one packet, and libpcap's bound on a pcapng block, 16 MiB.
class PcapFile {
 public:
  struct Packet {
    std::chrono::microseconds time{};  // since 1970
    std::string_view bytes;            // valid until the next call of next()
    std::uint64_t offset = 0;          // of its header in the file
  };

  /// Error: what libpcap does not like of the file's header, or a link type that nobody here understands.
  static Expected<std::unique_ptr<PcapFile>> open(std::unique_ptr<CaptureInput> input);
  ~PcapFile();

  /// A DLT_ number.
  int link() const;
  /// Reads the next packet; false at the end.
  ///
  /// Error: the file is cut or damaged from here on; nothing more can be read.
  Expected<bool> next(Packet& packet);

 private:
  struct Source;
  explicit PcapFile(std::unique_ptr<Source> source);

  std::unique_ptr<Source> source_;
};

}  // namespace sluice::recording
