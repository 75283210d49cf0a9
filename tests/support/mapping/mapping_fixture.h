#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/event_catalog.h"
#include "mapping/mapper.h"

namespace sluice::test {

/// A mapping under test, `t.yaml`, and what comes out of it as lines: `3ms height {"desk":"a","height_cm":95}`.
class Mapped {
 public:
  /// Ends the test program with the errors when the text does not load.
  explicit Mapped(std::string_view yaml, mapping::Bounds bounds = {});

  /// Hands in one message; `at` is never before the last one.
  Mapped& at(milliseconds time, std::string topic, std::string payload, bool retain = false);
  /// Lets time pass.
  Mapped& at(milliseconds time);

  /// Goes on by another mapping, as a hot reload does.
  mapping::Mapper::CarryOver change(std::string_view yaml);

  /// What came out since the last call: events, `- event key` for removals, `> topic payload` for publishes,
  /// `! message` for failures.
  std::vector<std::string> lines();
  /// The key of the newest event, as JSON.
  const std::string& last_key() const { return last_key_; }
  const mapping::MappingSet& set() const { return *set_; }
  const event::EventCatalog& catalog() const { return catalog_; }
  mapping::Mapper& mapper() { return *mapper_; }

 private:
  void take();

  void load(std::string_view yaml);

  const mapping::Bounds bounds_;
  event::EventCatalog catalog_;
  std::shared_ptr<const mapping::MappingSet> set_;
  std::unique_ptr<mapping::Mapper> mapper_;
  mapping::Output output_;
  std::vector<std::string> lines_;
  std::string last_key_;
};

struct At {
  int ms = 0;
  std::string topic;  // "" for time alone
  std::string payload;
};

/// The lines of a mapping for these messages.
std::vector<std::string> events_of(std::string_view yaml, const std::vector<At>& messages);
/// The errors of a mapping that does not load, each `line:column: message`; empty when it loads.
std::vector<std::string> errors_of(std::string_view yaml);

}  // namespace sluice::test
