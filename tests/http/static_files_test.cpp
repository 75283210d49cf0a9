#include "http/static_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "support/http/gateway.h"

namespace sluice::http {
namespace {

/// A folder laid out like web/, with a page, a secret beside it, and a file of an unknown type.
class WebRoot {
 public:
  WebRoot() {
    char name[] = "/tmp/sluice-web-XXXXXX";
    root_ = mkdtemp(name);
    for (const auto* folder : {"/console", "/dashboards", "/dashboards/desk", "/shared"}) {
      mkdir((root_ + folder).c_str(), 0700);
    }
    write("/console/index.html", "console");
    write("/dashboards/desk/index.html", "desk");
    write("/dashboards/desk/app.js", "app");
    write("/dashboards/desk/app.js.map", "map");
    write("/dashboards/desk/.hidden.js", "hidden");
    write("/dashboards/desk/README.md", "readme");
    write("/shared/style.css", "style");
    write("/secret.txt", "secret");
  }
  ~WebRoot() {
    for (const auto& file : files_) unlink((root_ + file).c_str());
    for (const auto* folder : {"/console", "/dashboards/desk", "/dashboards", "/shared", ""}) {
      rmdir((root_ + folder).c_str());
    }
  }
  ServerOptions options() const {
    ServerOptions options;
    options.web_root = root_;
    return options;
  }
  void write(const std::string& path, std::string_view text) {
    auto* file = std::fopen((root_ + path).c_str(), "w");
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
    files_.push_back(path);
  }

 private:
  std::string root_;
  std::vector<std::string> files_;
};

TEST(StaticFiles, PagesStandAtTheRootAndTheirFilesBesideThem) {
  WebRoot root;
  Gateway gateway(root.options());
  EXPECT_EQ(body_of(get(gateway.port(), "/")), "console");
  EXPECT_EQ(body_of(get(gateway.port(), "/desk")), "desk");
  EXPECT_EQ(body_of(get(gateway.port(), "/desk/app.js")), "app");
  EXPECT_EQ(body_of(get(gateway.port(), "/shared/style.css")), "style");
}

TEST(StaticFiles, APageHasOneAddress) {
  WebRoot root;
  Gateway gateway(root.options());
  const auto response = get(gateway.port(), "/desk/");
  EXPECT_EQ(status_of(response), 308);
  EXPECT_NE(response.find("\r\nLocation: ../desk\r\n"), std::string::npos);
}

TEST(StaticFiles, AFileHasItsTypeAndTheHeadersThatKeepPagesSafe) {
  WebRoot root;
  Gateway gateway(root.options());
  const auto response = get(gateway.port(), "/desk/app.js");
  for (const auto* header : {"Content-Type: text/javascript; charset=utf-8", "X-Content-Type-Options: nosniff",
                             "Content-Security-Policy: default-src 'self'", "Cache-Control: no-cache", "ETag: \""}) {
    EXPECT_NE(response.find("\r\n" + std::string(header)), std::string::npos) << header;
  }
}

TEST(StaticFiles, ADebuggerFindsTheSourceMap) {
  WebRoot root;
  Gateway gateway(root.options());
  EXPECT_NE(get(gateway.port(), "/desk/app.js.map").find("Content-Type: application/json"), std::string::npos);
}

TEST(StaticFiles, AnUnchangedFileIsA304) {
  WebRoot root;
  Gateway gateway(root.options());
  const auto first = get(gateway.port(), "/desk");
  const auto begin = first.find("ETag: ") + 6;
  const auto etag = first.substr(begin, first.find("\r\n", begin) - begin);
  EXPECT_EQ(status_of(get(gateway.port(), "/desk", "If-None-Match: " + etag + "\r\n")), 304);
  root.write("/dashboards/desk/index.html", "another desk");
  EXPECT_EQ(status_of(get(gateway.port(), "/desk", "If-None-Match: " + etag + "\r\n")), 200);
}

TEST(StaticFiles, NothingElseIsServed) {
  WebRoot root;
  Gateway gateway(root.options());
  for (const auto* path : {"/secret.txt", "/../secret.txt", "/desk/../../secret.txt", "/desk/..%2f..%2fsecret.txt",
                           "/%2e%2e/secret.txt", "/desk/.hidden.js", "/desk/README.md", "/shared", "/shared/",
                           "/dashboards/desk/app.js", "/desk//app.js", "/desk/app.js/"}) {
    EXPECT_EQ(status_of(get(gateway.port(), path)), 404) << path;
  }
}

TEST(StaticFiles, OtherMethodsAreToldWhichItTakes) {
  WebRoot root;
  Gateway gateway(root.options());
  const auto response = ask(gateway.port(), "POST /desk HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(response), 405);
  EXPECT_NE(response.find("\r\nAllow: GET, HEAD, OPTIONS\r\n"), std::string::npos);
}

TEST(EmbeddedFiles, HoldThePagesOfTheSourceTree) {
  Gateway gateway;
  for (const auto& file : embedded_files()) {
    auto* source = std::fopen((SLUICE_SOURCE_DIR "/web/" + std::string(file.path)).c_str(), "r");
    ASSERT_NE(source, nullptr) << file.path;
    std::string text(file.bytes.size() + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), source));
    std::fclose(source);
    EXPECT_EQ(text, file.bytes) << file.path;
  }
  EXPECT_EQ(status_of(get(gateway.port(), "/")), 200);
}

}  // namespace
}  // namespace sluice::http
