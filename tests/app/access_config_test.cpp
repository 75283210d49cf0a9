#include "app/access_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config.h"
#include "base/json.h"

namespace sluice::app {
namespace {

using testing::ElementsAre;

const std::string hash = "sha256:" + std::string(64, 'a');
const std::string password = "$6$saltsalt$" + std::string(86, 'x');

Expected<Config, Errors> read(const std::string& text) {
  return parse_config(text, "etc/sluice.yaml", [](const std::string& name) -> std::optional<std::string> {
    return name == "HASH" ? std::optional(password) : std::nullopt;
  });
}

std::vector<std::string> errors(const std::string& text) {
  std::vector<std::string> texts;
  const auto config = read(text);
  if (config) return texts;
  for (const auto& error : config.error()) texts.push_back(error.text());
  return texts;
}

TEST(AccessConfig, WhoMayComeIn) {
  const auto config = read(
      "access:\n"
      "  jwt: {algorithms: [HS256, RS256], secret: '${file:jwt.secret}', keys: [a.pem, new=b.pem], issuer: me}\n"
      "  tokens: {ci: {role: admin, hash: '" +
      hash +
      "', claims: {site: a, desks: [x, y]}}}\n"
      "  users: {alice: {role: [viewer, operator], password: '${HASH}'}}\n"
      "  roles: {operator: {bind: {site: place}}}\n");
  ASSERT_TRUE(config) << config.error().front().text();
  const auto& access = config->access;
  ASSERT_EQ(access.jwt->keys.size(), 3u);
  EXPECT_EQ(access.jwt->keys[0].path, "etc/jwt.secret");
  EXPECT_TRUE(access.jwt->keys[0].secret);
  EXPECT_EQ(access.jwt->keys[2].kid, "new");
  EXPECT_EQ(access.jwt->keys[2].path, "etc/b.pem");
  EXPECT_EQ(access.jwt->issuer, "me");
  EXPECT_EQ(to_json(access.tokens[0].claims), R"({"site":"a","desks":["x","y"]})");
  EXPECT_THAT(access.users[0].roles, ElementsAre("viewer", "operator"));
  EXPECT_EQ(access.users[0].password, password);
  EXPECT_EQ(access.roles[0].bind[0].second, "place");
  EXPECT_TRUE(access.any());
}

TEST(AccessConfig, NobodyByDefault) {
  EXPECT_FALSE(read("")->access.any());
}

TEST(AccessConfig, Browsers) {
  const auto config = read(
      "hosts: [gateway.local]\n"
      "trusted_proxies: 127.0.0.1\n"
      "admin: {listen: '127.0.0.1:8081'}\n"
      "cors: {origins: [https://app.example], credentials: true}\n");
  ASSERT_TRUE(config);
  EXPECT_THAT(config->http.browsers.hosts, ElementsAre("gateway.local"));
  EXPECT_THAT(config->http.trusted_proxies, ElementsAre("127.0.0.1"));
  EXPECT_THAT(config->http.browsers.origins, ElementsAre("https://app.example"));
  EXPECT_TRUE(config->http.browsers.credentials);
  EXPECT_EQ(config->admin_listen, "127.0.0.1:8081");
}

TEST(AccessConfig, ASecretComesFromAFile) {
  for (const auto* secret : {"hunter2hunter2hunter2hunter2hunter2", "${HASH}", "x${file:a}", "${file:a}x"}) {
    EXPECT_THAT(errors("access: {jwt: {algorithms: [HS256], secret: '" + std::string(secret) + "'}}"),
                ElementsAre("etc/sluice.yaml:1:45: a secret comes from a file: write \"${file:jwt.secret}\" here"));
  }
}

TEST(AccessConfig, EachFaultHasItsPlace) {
  EXPECT_THAT(
      errors("access:\n"
             "  jwt: {algorithms: [HS256, none]}\n"
             "  tokens: {ci: {role: admin, hash: abc}, x: {role: a}}\n"
             "  users: {alice: {role: admin, password: hello}, bob: {role: a, pasword: x}}\n"
             "  roles: {admin: {bind: {site: site}}}\n"
             "hosts: [A:80]\n"
             "cors: {origins: [app.example]}\n"
             "trusted_proxies: [proxy]\n"),
      ElementsAre(
          "etc/sluice.yaml:2:29: algorithm 'none' is not one of HS256, RS256, ES256",
          "etc/sluice.yaml:3:36: a token's hash is sha256: and 64 hexadecimal digits: `sluice token hash` prints it",
          "etc/sluice.yaml:3:45: token 'x' needs a 'hash'",
          "etc/sluice.yaml:4:42: a password is given as its hash, $y$..., $2b$... or $6$...: `sluice token password` "
          "prints it",
          "etc/sluice.yaml:4:55: user 'bob' needs a 'password'",
          "etc/sluice.yaml:4:65: unknown key 'access.users.bob.pasword' - did you mean 'password'?",
          "etc/sluice.yaml:5:18: the role 'admin' implies every role and is never bound",
          "etc/sluice.yaml:6:9: host 'A:80' is no name: write it in lower case, without scheme and port",
          "etc/sluice.yaml:7:18: origin 'app.example' is none: write it as browsers do, https://app.example",
          "etc/sluice.yaml:8:19: proxy 'proxy' is no IP address or prefix: write 10.0.0.1 or 10.0.0.0/8"));
}

TEST(AccessConfig, CredentialsAreNotForEveryone) {
  EXPECT_THAT(errors("cors: {origins: ['*'], credentials: true}"),
              ElementsAre("etc/sluice.yaml:1:7: 'cors.credentials' and the origin '*' do not go together: list them"));
  EXPECT_THAT(errors("cors: {origins: ['*', 'https://a.example']}"),
              ElementsAre("etc/sluice.yaml:1:7: 'cors.origins' is either '*' or a list"));
  EXPECT_THAT(
      errors("access: {jwt: {secret: '${file:x}'}}"),
      ElementsAre("etc/sluice.yaml:1:15: 'access.jwt' needs 'algorithms': those of HS256, RS256, ES256 to take"));
}

}  // namespace
}  // namespace sluice::app
