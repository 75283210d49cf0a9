#include "auth/roles.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sluice::auth {
namespace {

Roles roles() {
  return Roles({{"operator", {{"site", "site"}}}, {"owner", {{"desk", "desks"}, {"site", "site"}}}, {"open", {}}});
}

Principal of(std::vector<std::string> has, Value claims = Value::object()) {
  return {"jwt:ann", std::move(has), std::move(claims), std::nullopt};
}

std::string refusal(const Principal& principal, const std::vector<std::string>& wanted) {
  const auto granted = roles().grant(principal, wanted);
  if (granted) return "";
  EXPECT_EQ(granted.error().status, 403);
  return granted.error().message;
}

std::string binding(const Principal& principal, const std::vector<std::string>& wanted) {
  const auto granted = roles().grant(principal, wanted);
  return granted ? to_json(granted->name()) : granted.error().message;
}

TEST(Roles, OneOfThoseWanted) {
  EXPECT_EQ(refusal(of({"viewer"}), {"viewer", "editor"}), "");
  EXPECT_EQ(refusal(of({"viewer"}), {"editor"}), "this needs the role 'editor'");
  EXPECT_EQ(refusal(of({}), {"a", "b"}), "this needs one of the roles 'a', 'b'");
  EXPECT_EQ(refusal(of({"Viewer"}), {"viewer"}), "this needs the role 'viewer'") << "written exactly so";
}

TEST(Roles, AdminImpliesEveryRoleAndIsNotBound) {
  EXPECT_EQ(binding(of({"operator", "admin"}), {"operator"}), "[]");
}

TEST(Roles, ClaimsBindKeyFields) {
  EXPECT_EQ(binding(of({"operator"}, Value::object({{"site", "a"}})), {"operator"}), R"([[["site",["a"]]]])");
  EXPECT_EQ(binding(of({"owner"}, Value::object({{"site", 7}, {"desks", Value::list({"b", "a"})}})), {"owner"}),
            R"([[["desk",["a","b"]],["site",["7"]]]])");
}

TEST(Roles, MissingClaimsSeeNothing) {
  const std::string sentence = "the claims that the role 'operator' is bound to are missing";
  EXPECT_EQ(refusal(of({"operator"}), {"operator"}), sentence);
  EXPECT_EQ(refusal(of({"operator"}, Value::object({{"site", nullptr}})), {"operator"}), sentence);
  EXPECT_EQ(refusal(of({"operator"}, Value::object({{"site", Value::list()}})), {"operator"}), sentence);
}

TEST(Roles, AnUnboundRoleThatCountsOpensAll) {
  const auto claims = Value::object({{"site", "a"}});
  EXPECT_EQ(binding(of({"operator", "open"}, claims), {"operator", "open"}), "[]");
  EXPECT_EQ(binding(of({"operator", "open"}, claims), {"operator"}), R"([[["site",["a"]]]])");
}

TEST(Roles, TwoBoundRolesAddUp) {
  const auto both = of({"operator", "owner"}, Value::object({{"site", "a"}, {"desks", "d"}}));
  EXPECT_EQ(binding(both, {"operator", "owner"}), R"([[["site",["a"]]],[["desk",["d"]],["site",["a"]]]])");
}

}  // namespace
}  // namespace sluice::auth
