#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "auth/digest.h"

namespace sluice::auth {

/// A folder of the test's own, gone with it.
class Files {
 public:
  Files() : folder_(std::filesystem::temp_directory_path() / ("sluice-auth-" + random_token(9))) {
    std::filesystem::create_directory(folder_);
  }
  ~Files() { std::filesystem::remove_all(folder_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  /// Writes the file; its path.
  std::string write(std::string_view name, std::string_view text) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace sluice::auth
