#pragma once

#include "stream/form.h"

namespace sluice::stream {

/// The event stream as browsers read it (WHATWG HTML 9.2.5), in the stream's own frame.
///
/// Threads: its feed's.
class SseForm : public Form {
 public:
  SseForm(event::Frame frame, Coding* its_coding, std::uint64_t its_number)
      : Form(its_coding, its_number), frame_(frame) {}

  event::Frame frame() const override { return frame_; }
  bool rewrites() const override { return coding != nullptr; }
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
  const event::Frame frame_;
};

}  // namespace sluice::stream
