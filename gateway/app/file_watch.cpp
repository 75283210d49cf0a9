#include "app/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace sluice::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t of_files = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
constexpr std::uint32_t of_the_folder = IN_DELETE_SELF | IN_MOVE_SELF;

/// Without a slash at the end: "mappings/" names the same folder as "mappings".
fs::path plain(const std::string& path) {
  auto whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

FileWatch::FileWatch(std::string folder, std::string file)
    : folder_(std::move(folder)), file_(std::move(file)), inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (inotify_ < 0) return;
  const auto above = fs::path(folder_).parent_path();
  outer_ = inotify_add_watch(inotify_, above.c_str(), IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
  watch_folder();
}

FileWatch::~FileWatch() {
  if (inotify_ >= 0) ::close(inotify_);
}

Expected<std::unique_ptr<FileWatch>> FileWatch::open(const std::string& path) {
  std::error_code code;
  const auto place = plain(path);
  const bool is_folder = fs::is_directory(place, code);
  std::unique_ptr<FileWatch> watch(new FileWatch((is_folder ? place : place.parent_path()).string(),
                                                 is_folder ? std::string() : place.filename().string()));
  if (watch->inotify_ < 0 || watch->inner_ < 0) {
    return unexpected(path, "cannot be watched: " + std::string(std::strerror(errno)));
  }
  return watch;
}

void FileWatch::watch_folder() {
  const auto before = inner_;
  inner_ = inotify_add_watch(inotify_, folder_.c_str(), of_files | of_the_folder | IN_ONLYDIR);
  if (before >= 0 && before != inner_) inotify_rm_watch(inotify_, before);
}

bool FileWatch::concerns(std::string_view name) const {
  // "..data": how Kubernetes replaces all files of a mounted folder at once
  if (name.starts_with("..")) return true;
  return file_.empty() ? name.ends_with(".yaml") : name == file_;
}

bool FileWatch::take() {
  bool changed = false;
  bool folder_replaced = false;
  alignas(inotify_event) char buffer[8192];
  for (ssize_t length = 0; (length = ::read(inotify_, buffer, sizeof buffer)) > 0;) {
    for (ssize_t at = 0; at < length;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event.len);
      const std::string_view name(event.len == 0 ? "" : event.name);
      if ((event.mask & IN_Q_OVERFLOW) != 0) folder_replaced = true;
      if (event.wd == outer_ && name == fs::path(folder_).filename().string()) folder_replaced = true;
      if (event.wd != inner_) continue;
      if ((event.mask & (of_the_folder | IN_IGNORED)) != 0) {
        folder_replaced = true;
      } else if (concerns(name)) {
        changed = true;
      }
    }
  }
  if (folder_replaced) watch_folder();
  return changed || folder_replaced;
}

}  // namespace sluice::app
