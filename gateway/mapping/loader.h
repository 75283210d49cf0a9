#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/contract/contract.h"
#include "mapping/event_table.h"
#include "mapping/mapping_file.h"
#include "mapping/mapping_set.h"
#include "mapping/rule_draft.h"

namespace sluice::mapping {

/// Compiles mapping files into one set: all names first, then wiring, then rules, streams, commands and tests. It goes
/// on after an error, so that all are told at once.
///
/// Threads: one.
class Loader {
 public:
  Loader(event::EventCatalog& catalog, const LoadOptions& options);
  ~Loader();

  /// Reads one file. `path` is what errors say; its last part less `.yaml` is the file's namespace.
  void add(const std::string& path, std::string_view text);
  /// A file that could not be read.
  void fail(Error error) { errors_.push_back(std::move(error)); }

  /// `fingerprint`: of the files' contents. Error: all that is wrong in all files.
  Expected<std::shared_ptr<const MappingSet>, Errors> finish(std::string fingerprint = {});

 private:
  void read_names(MappingFile& file);
  void read_events(MappingFile& file);
  void name_untyped_events(MappingFile& file);
  void read_drafts(MappingFile& file);
  void compile(MappingSet::Parts& parts);
  void read_rules(MappingSet::Parts& parts);
  void check_routes(const MappingSet::Parts& parts);
  void check_loops(const MappingSet::Parts& parts);
  Contract make_contract(const MappingSet::Parts& parts) const;

  event::EventCatalog& catalog_;
  LoadOptions options_;
  Errors errors_;
  std::vector<std::unique_ptr<MappingFile>> files_;
  EventTable events_;
  std::vector<RuleDraft> drafts_;
};

/// Compiles one file from memory, as tests do.
Expected<std::shared_ptr<const MappingSet>, Errors> load_text(std::string_view text, const std::string& file,
                                                              event::EventCatalog& catalog,
                                                              const LoadOptions& options = {});

}  // namespace sluice::mapping
