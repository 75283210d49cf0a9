#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "recording/packets/byte_sink.h"
#include "recording/packets/memory_budget.h"
#include "recording/packets/mqtt_packet.h"

namespace sluice::recording {

/// The MQTT control packets of one direction of a connection, cut from its bytes.
///
/// Bytes that the capture has lost cost the packets they were in: a hole within one packet ends where its length says,
/// after any other the next packet is looked for (fits_packet, twice in a row). The same search finds the first packet
/// of a connection that began before the capture.
/// Memory: one packet of at most `largest` bytes, and that only as far as the budget goes; a larger one is skipped.
class MqttStream final : public ByteSink {
 public:
  static constexpr std::size_t largest = 64U << 20;

  class Listener {
   public:
    virtual ~Listener() = default;
    /// A whole packet; `body` is valid during the call.
    virtual void packet(const FixedHeader& header, std::string_view body) = 0;
    /// One packet is not whole, because of a hole.
    virtual void damaged() = 0;
    /// One packet is larger than is read.
    virtual void too_large(std::uint64_t bytes) = 0;
    /// So many bytes were no packet, and were passed over in the search for the next one.
    virtual void passed_over(std::uint64_t bytes) = 0;
  };

  /// `level`: what is known of it by now. `from_beginning`: the first byte is the first of a packet. All that is handed
  /// in must outlive this.
  MqttStream(Listener& listener, MemoryBudget& budget, const Level& level, bool from_beginning)
      : listener_(listener), budget_(budget), level_(level), in_step_(from_beginning) {}
  ~MqttStream() override { forget(); }
  MqttStream(const MqttStream&) = delete;
  MqttStream& operator=(const MqttStream&) = delete;

  void take(std::string_view bytes) override;
  void lost(std::uint64_t bytes) override;

 private:
  /// Reads what is whole at the front of `bytes`; gives what is left.
  std::string_view read_packets(std::string_view bytes);
  /// False when more bytes must come first.
  bool read_packet(std::string_view& bytes);
  bool find_packet(std::string_view& bytes);
  void skip(std::string_view& bytes);
  void keep(std::string_view rest);
  void forget();

  Listener& listener_;
  MemoryBudget& budget_;
  const Level& level_;
  bool in_step_;            // the next byte to read is the first of a packet
  std::string held_;        // a packet that is not whole yet, or what may begin one
  std::uint64_t skip_ = 0;  // bytes that are still to come of a packet nobody reads
};

}  // namespace sluice::recording
