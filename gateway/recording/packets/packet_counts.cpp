#include "recording/packets/packet_counts.h"

#include <fmt/format.h>

#include "recording/counted.h"

namespace sluice::recording {
namespace {

void note_frames(const PacketCounts& counts, std::vector<std::string>& notes) {
  if (counts.malformed_frames > 0) {
    notes.push_back(counted(counts.malformed_frames, "packet") + " with a cut or malformed header skipped");
  }
  if (counts.fragments > 0) {
    notes.push_back(counted(counts.fragments, "IP fragment") + " skipped: fragments of TCP are not put together");
  }
  if (counts.evicted > 0) {
    notes.push_back(counted(counts.evicted, "connection") + " ended early: too many were open at a time");
  }
}

void note_connections(const PacketCounts& counts, std::vector<std::string>& notes) {
  if (counts.mqtt_connections == 0) {
    notes.push_back(fmt::format("no MQTT in {} of {}", counted(counts.connections, "TCP connection"),
                                counted(counts.packets, "packet")));
  }
  if (counts.encrypted > 0) {
    notes.push_back(counted(counts.encrypted, "connection") + " with TLS: what they carry cannot be read");
  }
  if (counts.compressed > 0) {
    notes.push_back(counted(counts.compressed, "WebSocket connection") + " with compressed frames cannot be read");
  }
  if (counts.begun_before > 0) {
    notes.push_back(counted(counts.begun_before, "MQTT connection") + " began before the capture");
  }
  if (counts.guessed_levels > 0) {
    notes.push_back(fmt::format("{} without a CONNECT: 3.1.1 or 5 told by what they publish",
                                counted(counts.guessed_levels, "MQTT connection")));
  }
  if (counts.guessed_brokers > 0) {
    notes.push_back(fmt::format("{} on connections that do not show which end is the broker: told by the ports",
                                counted(counts.guessed_brokers, "publish")));
  }
}

void note_losses(const PacketCounts& counts, std::vector<std::string>& notes) {
  if (counts.gaps > 0) {
    notes.push_back(fmt::format("{} in MQTT connections, the first before offset {}: {} are in no packet",
                                counted(counts.gaps, "gap"), counts.first_gap,
                                counts.gap_bytes == 0 ? "bytes" : counted(counts.gap_bytes, "byte")));
  }
  if (counts.damaged > 0) notes.push_back(counted(counts.damaged, "MQTT packet") + " lost in gaps");
  if (counts.too_large > 0) notes.push_back(counted(counts.too_large, "MQTT packet") + " too large to read, skipped");
  if (counts.passed_over > 0) {
    notes.push_back(counted(counts.passed_over, "byte") + " passed over in search of an MQTT packet's beginning");
  }
  if (counts.malformed_publishes > 0) {
    notes.push_back(fmt::format("{} skipped, the first at offset {}",
                                counted(counts.malformed_publishes, "malformed publish"), counts.first_malformed));
  }
  if (counts.unknown_aliases > 0) {
    notes.push_back(counted(counts.unknown_aliases, "publish") +
                    " skipped: the topic of their alias is not in the capture");
  }
}

}  // namespace

std::vector<std::string> notes_of(const PacketCounts& counts) {
  std::vector<std::string> notes;
  note_frames(counts, notes);
  note_connections(counts, notes);
  note_losses(counts, notes);
  if (counts.repeated > 0) notes.push_back(counted(counts.repeated, "retransmission") + " of a publish counted once");
  if (counts.copies > 0)
    notes.push_back(counted(counts.copies, "publish") + " to subscribers left out: copies of what is there already");
  if (counts.other_way > 0) notes.push_back(counted(counts.other_way, "publish") + " of the other direction left out");
  if (counts.to_keep > 0) {
    notes.push_back(counted(counts.to_keep, "publish") +
                    " asked the broker to keep them: read as a subscriber gets them, without the retain flag");
  }
  return notes;
}

}  // namespace sluice::recording
