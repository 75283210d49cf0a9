#pragma once

#include <string>

#include "base/value.h"
#include "base/yaml.h"
#include "mapping/report.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// One mapping file while its set is loaded: its tree, its constants and types, and where its errors go.
///
/// Threads: the loader's.
struct MappingFile {
  MappingFile(std::string shown_path, std::string file_namespace, Errors& errors)
      : path(shown_path), name(std::move(file_namespace)), report(std::move(shown_path), errors) {}

  std::string path;  // as told in errors
  std::string name;  // its namespace: the file's name without .yaml
  Report report;
  YamlNode tree;
  Value constants = Value::object();
  NamedTypes types;

  /// A section of the file; nullptr when it is not there.
  const YamlNode* section(std::string_view section_name) const { return tree.find(section_name); }
};

}  // namespace sluice::mapping
