#pragma once

#include <string>

#include "event/event.h"
#include "mapping/record.h"

namespace sluice::mapping {

struct Rule;
class Step;

/// Who watches a Mapper at work: what explain() prints.
///
/// Threads: the pipeline thread.
/// Order: as it happens; what a rule `from:` an event does comes between sent() of the event and left() of the rule.
class Trace {
 public:
  virtual ~Trace() = default;
  /// A message in which the rule's codec found no record.
  virtual void empty(const Rule& rule) = 0;
  /// A record enters a rule.
  virtual void entered(const Rule& rule, const Record& record) = 0;
  /// A step passed a record on: this is how it left.
  virtual void passed(const Step& step, const Record& record) = 0;
  /// A step kept or dropped the record.
  virtual void stopped(const Step& step) = 0;
  virtual void sent(const event::Emission& emission) = 0;
  virtual void published(const message::Publish& publish) = 0;
  virtual void failed(const std::string& where, const std::string& text) = 0;
  /// The record that entered last is done.
  virtual void left() = 0;
};

}  // namespace sluice::mapping
