#pragma once

#include <memory>
#include <string>

#include "event/event_catalog.h"
#include "mapping/mapper.h"
#include "mapping/trace.h"

namespace sluice::mapping {

/// Says in words what a mapping set makes of messages: each rule that matched, the record after each step, what stopped
/// it, what was sent. State is kept from message to message, as in a Mapper.
///
/// Threads: like a Mapper.
class Explainer final : private Trace {
 public:
  Explainer(std::shared_ptr<const MappingSet> set, const event::EventCatalog& catalog);
  ~Explainer() override;

  /// The story of one message, several lines, each with a line break.
  std::string explain(const message::Message& message);
  /// The story of the timers that are due until then.
  std::string advance(Timestamp now);

 private:
  void empty(const Rule& rule) override;
  void entered(const Rule& rule, const Record& record) override;
  void passed(const Step& step, const Record& record) override;
  void stopped(const Step& step) override;
  void sent(const event::Emission& emission) override;
  void published(const message::Publish& publish) override;
  void failed(const std::string& where, const std::string& text) override;
  void left() override;
  void line(const std::string& text);

  const event::EventCatalog& catalog_;
  Mapper mapper_;
  Output output_;
  std::string text_;
  std::size_t depth_ = 0;
};

}  // namespace sluice::mapping
