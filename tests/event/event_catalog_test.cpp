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

}  // namespace
}  // namespace sluice::event
