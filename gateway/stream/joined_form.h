#pragma once

#include <vector>

#include "stream/sse_form.h"

namespace sluice::stream {

/// Several streams on one connection: every event is named `<stream>.<event>`, whatever its stream's own frame; an
/// envelope stays the data.
///
/// An event that several of the streams carry goes out once under each name. Only the last of these blocks has the
/// event's id; the others say how far the client is within it: `<id>-<n>` means that the first n of the streams asked
/// for are through with the event, the others not. So a client that is cut between the two goes on exactly there.
///
/// Threads: its feed's.
class JoinedForm final : public SseForm {
 public:
  struct Name {
    std::string stream;
    event::Frame frame = event::Frame::event;
  };
  JoinedForm(std::vector<Name> names, std::string epoch, Coding* its_coding, std::uint64_t its_number);

  bool rewrites() const override { return true; }
  void write_event(const event::Event& event, Parts parts, std::string& out) const override;
  void write_shown(const event::Event& event, std::size_t part, std::string& out) const override;
  std::string name(const event::Event& event, std::size_t part) const override;
  std::string hello(const event::StreamSpec& spec, std::size_t part, Timestamp now) const override;
  std::string heartbeat(std::string_view name, Timestamp now) const override;

 private:
  void write(const event::Event& event, std::size_t part, std::string_view id, std::string& out) const;
  std::string name(std::string_view event, std::size_t part) const;

  const std::vector<Name> names_;
  const std::string epoch_;
};

}  // namespace sluice::stream
