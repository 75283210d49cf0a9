#pragma once

#include "stream/form.h"

namespace sluice::stream {

/// The stream over a WebSocket (RFC 6455): each event and each word of the stream a text frame with
/// `{"type":..,"id":..,"key":..,"data":..,"timestamp":..}`, of which a word has only what it needs. The heartbeat that
/// no client notices is a ping.
///
/// Threads: its feed's.
class WebSocketForm final : public Form {
 public:
  WebSocketForm(std::string epoch, std::uint64_t its_number) : Form(nullptr, its_number), epoch_(std::move(epoch)) {}

  void write_event(const event::Event& event, Parts parts, std::string& out) const override;
  void write_shown(const event::Event& event, std::size_t part, std::string& out) const override;

  std::string beginning(int retry_ms) const override;
  std::string hello(const event::StreamSpec& spec, std::size_t part, Timestamp now) const override;
  std::string source(bool connected, Timestamp since, Timestamp now) const override;
  std::string gap(const event::Gap& gap, bool with_id, Timestamp now) const override;
  std::string checkpoint(std::string_view id, Timestamp now) const override;
  Halves checkpoint_with_ages(std::string_view id, std::size_t ages_bytes, Timestamp now) const override;
  std::string heartbeat(std::string_view name, Timestamp now) const override;
  std::string expired(Timestamp now) const override;
  std::string farewell(int retry_ms) const override;

 private:
  const std::string epoch_;
};

}  // namespace sluice::stream
