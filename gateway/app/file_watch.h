#pragma once

#include <memory>
#include <string>

#include "base/expected.h"

namespace sluice::app {

/// Tells that a file, or some `*.yaml` file of a folder, may have changed, by inotify.
///
/// What is watched is the folder: editors write another file and rename it over the old one. The folder above is
/// watched too, because a whole folder (or a link to one) is replaced in the same way. Threads: one.
class FileWatch {
 public:
  /// Error: the kernel gives no watch.
  static Expected<std::unique_ptr<FileWatch>> open(const std::string& path);
  ~FileWatch();

  /// Readable when something happened.
  int descriptor() const { return inotify_; }
  /// Takes what happened so far; true when it may concern the path.
  bool take();

 private:
  FileWatch(std::string folder, std::string file);
  bool concerns(std::string_view name) const;
  void watch_folder();

  const std::string folder_;
  const std::string file_;  // "" for all `*.yaml` of the folder
  int inotify_ = -1;
  int inner_ = -1;  // the folder's watch
  int outer_ = -1;  // that of the one above it
};

}  // namespace sluice::app
