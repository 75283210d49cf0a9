#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "event/event_catalog.h"
#include "event/stream_spec.h"
#include "mapping/command.h"

namespace sluice::mapping {

/// Bounds on what a set may keep; all counted.
struct Bounds {
  std::size_t keys_per_step = 100'000;
  std::size_t state_bytes = std::size_t{512} << 20;
  std::size_t latest_per_event = 100'000;
  std::size_t latest_bytes = std::size_t{256} << 20;
  std::size_t list_slots = 4096;
  std::size_t window_samples = 10'000;
  std::size_t batch_items = 1000;
  std::size_t payload_bytes = std::size_t{256} << 10;
  int decode_depth = 64;
  int from_hops = 10;
};

struct LoadOptions {
  /// Reads `${VAR}`; unset: the process environment.
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::string zone = "UTC";
  Bounds bounds;
};

struct CompiledRules;  // rules, steps, codecs: the Mapper's
struct Contract;
struct TestCase;

/// The mapping files of one folder (its *.yaml without subfolders, in byte order of their names), or one file,
/// compiled.
///
/// Threads: any (immutable).
class MappingSet {
 public:
  /// Error: all that is wrong in all files.
  static Expected<std::shared_ptr<const MappingSet>, Errors> load(const std::string& path, event::EventCatalog& catalog,
                                                                  const LoadOptions& options = {});
  MappingSet();
  ~MappingSet();

  std::vector<event::StreamSpec> streams() const;
  const std::vector<Command>& commands() const;
  /// The smallest set of topic filters that covers all rules.
  std::vector<std::string> subscriptions() const;
  /// What is no error but worth a look, in text form `file:line:column: note: ...`.
  const Errors& notes() const;
  const std::vector<std::string>& files() const;
  /// 16 hex digits of the names and contents of the files: what tells one set from another. "" for one from memory.
  const std::string& fingerprint() const;
  /// The same of what stands at `path` now; "" when it cannot be read.
  static std::string fingerprint_of(const std::string& path);
  const CompiledRules& rules() const;
  std::size_t rule_count() const;
  const std::vector<TestCase>& tests() const;
  const LoadOptions& options() const;
  /// What the set promises to browsers.
  const Contract& contract() const;

  /// An event type of this set that another one declared otherwise.
  struct Retyped {
    event::TypeNumber type = 0;
    bool rekeyed = false;  // it has other key fields
  };
  std::vector<Retyped> retyped(const MappingSet& before) const;
  /// Whether these data fit the type that the set declares.
  bool fits(event::TypeNumber type, const Value& data) const;

 private:
  friend class Loader;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// One in-file test that failed: the text that `sluice check` prints, several lines.
struct TestFailure {
  std::string where;  // of the test; the text names it too
  std::string text;
};
struct TestReport {
  std::size_t passed = 0;
  std::vector<TestFailure> failures;
};
/// Runs all `tests:` of the set, each on a Mapper of its own.
TestReport run_tests(const MappingSet& set, event::EventCatalog& catalog);

}  // namespace sluice::mapping
