#include "auth/tickets.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

constexpr Timestamp now = at_ms(1'900'000'000'000);

Principal ann(std::optional<Timestamp> until = std::nullopt) {
  return {"jwt:ann", {"viewer"}, Value::object(), until};
}

TEST(Tickets, LetInOnce) {
  Tickets tickets;
  const auto ticket = *tickets.issue(ann(), "10.0.0.1", now);
  EXPECT_EQ(tickets.redeem(ticket, "10.0.0.1", now)->name, "jwt:ann");
  EXPECT_FALSE(tickets.redeem(ticket, "10.0.0.1", now));
}

TEST(Tickets, FromOneAddressOnlyAndUsedUpByATry) {
  Tickets tickets;
  const auto ticket = *tickets.issue(ann(), "10.0.0.1", now);
  EXPECT_FALSE(tickets.redeem(ticket, "10.0.0.2", now));
  EXPECT_FALSE(tickets.redeem(ticket, "10.0.0.1", now));
}

TEST(Tickets, LastHalfAMinute) {
  Tickets tickets;
  const auto ticket = *tickets.issue(ann(), "a", now);
  EXPECT_TRUE(tickets.redeem(ticket, "a", now + milliseconds(29'999)));
  const auto late = *tickets.issue(ann(), "a", now);
  EXPECT_FALSE(tickets.redeem(late, "a", now + milliseconds(30'000)));
}

TEST(Tickets, NoLongerThanTheCredentials) {
  Tickets tickets;
  const auto ticket = *tickets.issue(ann(now + milliseconds(1000)), "a", now);
  EXPECT_FALSE(tickets.redeem(ticket, "a", now + milliseconds(1000)));
}

TEST(Tickets, GuessesFindNothing) {
  Tickets tickets;
  static_cast<void>(tickets.issue(ann(), "a", now));
  for (const auto* guess : {"", "AAAA", "../../etc"}) EXPECT_FALSE(tickets.redeem(guess, "a", now));
}

TEST(Tickets, AreBounded) {
  Tickets tickets;
  for (std::size_t i = 0; i < Tickets::most; ++i) ASSERT_TRUE(tickets.issue(ann(), "a", now));
  EXPECT_FALSE(tickets.issue(ann(), "a", now));
  EXPECT_TRUE(tickets.issue(ann(), "a", now + Tickets::lasting)) << "those that are over make room";
  EXPECT_EQ(tickets.open(), 1u);
}

}  // namespace
}  // namespace sluice::auth
