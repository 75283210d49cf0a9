#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace sluice::test {

/// A folder of the test's own, gone with this object.
class Folder {
 public:
  Folder() {
    auto name = (std::filesystem::temp_directory_path() / "sluice-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const { std::ofstream(path_ + "/" + name) << text; }
  /// As editors do: another file, renamed over it.
  void replace(const std::string& name, std::string_view text) const {
    write(name + "~", text);
    std::filesystem::rename(path_ + "/" + name + "~", path_ + "/" + name);
  }
  void remove(const std::string& name) const { std::filesystem::remove(path_ + "/" + name); }

 private:
  std::string path_;
};

}  // namespace sluice::test
