#include "event/event_catalog.h"

#include <gtest/gtest.h>

namespace sluice::event {
namespace {

TEST(EventCatalog, TypeKeepsItsNumber) {
  EventCatalog catalog;
  const auto height = catalog.intern("desk", "height").number;
  const auto error = catalog.intern("desk", "error").number;
  EXPECT_NE(height, error);
  EXPECT_EQ(catalog.intern("desk", "height").number, height);
  EXPECT_EQ(catalog.size(), 2u);
}

TEST(EventCatalog, FilesHaveNamesOfTheirOwn) {
  EventCatalog catalog;
  const auto desk = catalog.intern("desk", "error").number;
  const auto scada = catalog.intern("scada", "error").number;
  EXPECT_NE(desk, scada);
  EXPECT_EQ(catalog.find("desk.error"), desk);
  EXPECT_EQ(catalog[scada].qualified(), "scada.error");
  EXPECT_EQ(catalog.find("bms.error"), std::nullopt);
}

TEST(EventCatalog, ACopyThatHasLearnedMoreIsTakenBack) {
  EventCatalog catalog;
  catalog.intern("a", "x").logged = true;
  auto grown = catalog;
  grown.intern("a", "x").key_fields = {"k"};
  const auto y = grown.intern("b", "y").number;
  catalog.extend(grown);
  EXPECT_EQ(catalog.find("b.y"), y);
  EXPECT_EQ(catalog[0].key_fields, std::vector<std::string>{"k"});
  EXPECT_TRUE(catalog[0].logged);
}

}  // namespace
}  // namespace sluice::event
