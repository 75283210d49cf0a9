#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "event/event_catalog.h"
#include "mapping/mapper.h"
#include "message/message.h"

namespace sluice::bench {

/// A mapping at work on messages that repeat for ever: decoding, rules, and each event as its finished block.
///
/// Threads: one.
class Traffic {
 public:
  /// `messages`, at least one, by their times; the whole lasts `period`.
  Traffic(std::string_view mapping, std::string_view name, std::vector<message::Message> messages, milliseconds period);

  /// Maps the next message.
  void next();
  /// What a rule first said of a message that it could not use; "" when there is none.
  const std::string& failure() const { return failure_; }
  std::uint64_t blocks() const { return blocks_; }

 private:
  event::EventCatalog catalog_;
  std::unique_ptr<mapping::Mapper> mapper_;
  std::vector<message::Message> messages_;
  milliseconds period_;
  std::size_t at_ = 0;
  mapping::Output output_;
  std::uint64_t blocks_ = 0;
  std::string failure_;
};

/// What the simulated devices publish in a minute: `desk` (two desks), `bms-pack` (200 cells in one message),
/// `bms-cell` (the same, each cell in its own).
std::vector<message::Message> recorded(std::string_view fleet);

/// Three lines of YAML, and one message for them.
std::unique_ptr<Traffic> shortest();
/// `mappings/desk.yaml` or `bms.yaml` with what its devices publish.
std::unique_ptr<Traffic> worked(const std::string& file, std::string_view fleet);
/// A rule that matches the only message, and `others` rules, with and without wildcards, that do not.
std::unique_ptr<Traffic> among(std::size_t others);

}  // namespace sluice::bench
