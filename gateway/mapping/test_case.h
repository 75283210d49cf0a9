#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/value.h"
#include "event/event.h"
#include "mapping/mapping_file.h"
#include "mapping/rule_loader.h"
#include "message/message.h"

namespace sluice::mapping {

/// One test of a mapping file: what is given, and what must come of it.
///
/// Threads: any (immutable).
struct TestCase {
  struct Post {
    std::string path;
    Value body;
  };
  struct Tick {};
  struct Capture {
    std::string path;  // from the working folder
    std::string where;
  };
  struct Given {
    Timestamp at{};  // of a capture: its start
    std::variant<Tick, message::Message, Post, Capture> what;
  };
  struct Expected {
    std::optional<Timestamp> at;
    bool publish = false;
    std::string name;  // the event as the file writes it, or the topic
    event::TypeNumber type = 0;
    std::optional<Value> key;
    std::optional<Value> content;  // the event's data, or the payload
  };

  std::string name;
  std::string where;  // file:line:column
  std::string file;   // its namespace
  std::vector<Given> given;
  std::vector<Expected> expect;
  /// Event types looked at; with `publish` among them publishes too. Empty and not `only_some`: all.
  bool only_some = false;
  std::vector<event::TypeNumber> only;
  bool only_publish = false;
  std::size_t errors = 0;
};

/// The tests of a file as its `tests:` says.
std::vector<TestCase> read_tests(MappingFile& file, const LoadScope& load);

}  // namespace sluice::mapping
