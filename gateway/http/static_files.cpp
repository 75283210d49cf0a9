#include "http/static_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/list_response.h"

namespace sluice::http {
namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20;

// Pages load, call and post to what is served here, and stand in nobody's frame.
constexpr std::string_view content_security_policy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

struct Type {
  std::string_view extension;
  std::string_view content_type;
};
constexpr std::array<Type, 12> types{{{"html", "text/html; charset=utf-8"},
                                      {"js", "text/javascript; charset=utf-8"},
                                      {"mjs", "text/javascript; charset=utf-8"},
                                      {"css", "text/css; charset=utf-8"},
                                      {"svg", "image/svg+xml"},
                                      {"png", "image/png"},
                                      {"ico", "image/x-icon"},
                                      {"json", "application/json"},
                                      {"map", "application/json"},
                                      {"webmanifest", "application/manifest+json"},
                                      {"woff2", "font/woff2"},
                                      {"txt", "text/plain; charset=utf-8"}}};

std::string_view type_of(std::string_view path) {
  const auto extension = path.substr(std::min(path.rfind('.') + 1, path.size()));
  const auto* found = std::find_if(types.begin(), types.end(), [&](const Type& t) { return t.extension == extension; });
  return found == types.end() ? std::string_view() : found->content_type;
}

// A name that stays in its folder.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find_first_of("/\\") == std::string::npos;
}

// Where in web/ the file of that path may stand, best first.
std::vector<std::string> places(const std::vector<std::string>& levels) {
  if (levels.empty()) return {"console/index.html"};
  std::string path;
  for (const auto& level : levels) path += (path.empty() ? "" : "/") + level;
  if (levels.size() == 1) return {"dashboards/" + path + "/index.html", "client/dist/" + path, "console/" + path};
  if (levels[0] == "console" || levels[0] == "shared") return {path};
  return {"dashboards/" + path};
}

}  // namespace

Expected<StaticFiles> StaticFiles::open(const std::string& web_root) {
  StaticFiles files;
  files.web_root_ = web_root;
  struct stat status {};
  if (!web_root.empty() && (stat(web_root.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))) {
    return unexpected("web root '" + excerpt(web_root) + "' is no folder");
  }
  return files;
}

std::optional<StaticFiles::File> StaticFiles::read(const std::string& path) const {
  if (web_root_.empty()) {
    for (const auto& file : embedded_files()) {
      if (file.path == path) return File{std::string(file.bytes), std::string(file.etag)};
    }
    return std::nullopt;
  }
  const int fd = ::open((web_root_ + "/" + path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  File file;
  struct stat status {};
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= static_cast<off_t>(most_bytes)) {
    file.bytes.resize(static_cast<std::size_t>(status.st_size));
    const auto count = ::read(fd, file.bytes.data(), file.bytes.size());
    file.bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    file.etag = '"' + std::to_string(status.st_size) + '-' + std::to_string(status.st_mtim.tv_sec) + '-' +
                std::to_string(status.st_mtim.tv_nsec) + '"';
  }
  close(fd);
  if (file.etag.empty()) return std::nullopt;
  return file;
}

std::optional<Response> StaticFiles::find(const Request& request, const std::vector<std::string>& levels) const {
  // A page has one address, without a slash at its end.
  const bool slash = levels.size() == 2 && levels[1].empty();
  const auto named = slash ? std::vector<std::string>{levels[0]} : levels;
  if (!std::all_of(named.begin(), named.end(), is_plain_name)) return std::nullopt;
  for (const auto& place : places(named)) {
    const auto type = type_of(place);
    auto file = type.empty() ? std::nullopt : read(place);
    if (!file) continue;
    if (slash) return Response{308, "", "", {{"Location", "../" + named[0]}}, false};
    if (request.method != "GET" && request.method != "HEAD") {
      const bool asked = request.method == "OPTIONS";
      auto response = asked ? Response{204, "", "", {}, false} : problem(405, "this path takes GET, HEAD, OPTIONS");
      return response.with("Allow", "GET, HEAD, OPTIONS");
    }
    Response response;
    response.with("ETag", file->etag).with("Cache-Control", "no-cache");
    response.with("Content-Security-Policy", content_security_policy);
    if (none_match_holds(request.header("If-None-Match"), file->etag)) {
      response.status = 304;
      return response;
    }
    response.content_type = type;
    response.body = std::move(file->bytes);
    return response;
  }
  return std::nullopt;
}

}  // namespace sluice::http
