#include "app/mapping_reload.h"

#include <gmock/gmock.h>

#include <optional>
#include <thread>

#include "support/app/files.h"

namespace sluice::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto* good = "rules: [{topic: t, emit: x}]\n";
constexpr auto* better = "rules: [{topic: t, emit: x}, {topic: u, emit: y}]\n";
constexpr auto* bad = "rules: [{topic: t, emits: x}]\n";
constexpr auto* failing =
    "rules: [{topic: t, emit: x}]\ntests: [{name: n, given: [{topic: t, payload: 1}], expect: []}]\n";

/// A folder that is watched, and the swaps that come of it.
class MappingReloadTest : public testing::Test {
 protected:
  MappingReloadTest() {
    folder_.write("a.yaml", good);
    config_.mappings = folder_.path();
    auto loaded = load_mappings(config_, catalog_);
    catalog_.extend(*loaded->catalog);
    serving_.emplace(std::move(*loaded), clock_.now());
    reload_ = std::make_unique<MappingReload>(config_, clock_, catalog_, *serving_,
                                              [this](const LoadedMappings&, const LoadedMappings& after) {
                                                catalog_.extend(*after.catalog);
                                                return mapping::Mapper::CarryOver{2, 1, 3};
                                              });
  }

  /// Waits for the attempt of that number.
  ServingMappings::Status attempt(std::uint64_t number) {
    while (serving_->status().attempts < number) std::this_thread::sleep_for(milliseconds(5));
    return serving_->status();
  }

  test::Folder folder_;
  Config config_;
  const ManualClock clock_{at_ms(1000)};
  event::EventCatalog catalog_;
  std::optional<ServingMappings> serving_;
  std::unique_ptr<MappingReload> reload_;
};

TEST_F(MappingReloadTest, AChangedFileIsLoadedAndSwappedIn) {
  const auto before = serving_->now().set->fingerprint();
  folder_.replace("a.yaml", better);
  const auto status = attempt(1);
  EXPECT_EQ(status.failures, 0U);
  EXPECT_EQ(status.carried.steps_kept, 1U);
  EXPECT_EQ(status.latest_dropped, 3U);
  EXPECT_EQ(serving_->now().set->rule_count(), 2U);
  EXPECT_NE(serving_->now().set->fingerprint(), before);
}

TEST_F(MappingReloadTest, AFileMoreAndAFileLessCount) {
  folder_.replace("b.yaml", good);
  attempt(1);
  EXPECT_THAT(serving_->now().set->files(), SizeIs(2));
  folder_.remove("a.yaml");
  attempt(2);
  EXPECT_THAT(serving_->now().set->files(), ElementsAre(HasSubstr("b.yaml")));
}

TEST_F(MappingReloadTest, ASetThatDoesNotLoadLeavesTheOldOneAndSaysWhere) {
  folder_.replace("a.yaml", bad);
  const auto status = attempt(1);
  EXPECT_EQ(status.failures, 1U);
  EXPECT_EQ(status.since, at_ms(1000));
  ASSERT_THAT(status.errors, testing::Not(IsEmpty()));
  EXPECT_THAT(status.errors.front().where, HasSubstr("a.yaml:1:20"));
  EXPECT_EQ(serving_->now().set->rule_count(), 1U);
}

TEST_F(MappingReloadTest, AFailingTestRefusesTheSet) {
  folder_.replace("a.yaml", failing);
  const auto status = attempt(1);
  EXPECT_EQ(status.failures, 1U);
  ASSERT_THAT(status.errors, SizeIs(1));
  EXPECT_THAT(status.errors.front().where, HasSubstr("a.yaml:2:"));
  EXPECT_THAT(status.errors.front().message, testing::StartsWith("test failed: n\n"));
}

TEST_F(MappingReloadTest, ARepairedSetServesAgain) {
  folder_.replace("a.yaml", bad);
  attempt(1);
  folder_.replace("a.yaml", good);
  const auto status = attempt(2);
  EXPECT_EQ(status.failures, 1U);
  EXPECT_THAT(status.errors, IsEmpty());
}

TEST_F(MappingReloadTest, WhatSaysTheSameIsNoChangeUnlessAskedFor) {
  folder_.replace("a.yaml", good);
  folder_.write("notes.txt", "x");
  reload_->request();
  EXPECT_EQ(attempt(1).failures, 0U);
  folder_.replace("a.yaml", better);
  EXPECT_EQ(attempt(2).attempts, 2U);
}

TEST_F(MappingReloadTest, ANewEventTypeKeepsItsNumberFromSetToSet) {
  folder_.replace("a.yaml", better);
  attempt(1);
  const auto y = catalog_.find("a.y");
  folder_.replace("a.yaml", "rules: [{topic: t, emit: z}, {topic: u, emit: y}]\n");
  attempt(2);
  EXPECT_EQ(catalog_.find("a.y"), y);
  EXPECT_EQ(serving_->now().catalog->find("a.z"), catalog_.find("a.z"));
}

TEST_F(MappingReloadTest, ItsEndDoesNotWaitForAChange) {
  reload_.reset();
  EXPECT_EQ(serving_->status().attempts, 0U);
}

}  // namespace
}  // namespace sluice::app
