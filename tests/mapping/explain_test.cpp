#include "mapping/explain.h"

#include <gtest/gtest.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

constexpr auto* yaml = R"(
events: {height: {cm: int 0..200}, tall: any}
rules:
  - topic: desk/{desk}/range
    steps:
      - when: mm > 0
      - set: {cm: =mm / 10}
    emit: height
  - from: height
    steps: [{changed: cm}]
    emit: tall
)";

std::string explained(const char* payload) {
  const auto set = std::make_unique<Mapped>(yaml);
  mapping::Explainer explainer(std::shared_ptr<const mapping::MappingSet>(std::shared_ptr<void>(), &set->set()),
                               set->catalog());
  return explainer.explain({"desk/a/range", payload});
}

TEST(Explain, TellsEachStepAndWhatWasSent) {
  EXPECT_EQ(explained(R"({"mm":1050})"),
            "rule 'desk/{desk}/range -> height' (t.yaml:4:5)\n"
            "  record {\"mm\":1050,\"desk\":\"a\"}\n"
            "  when -> {\"mm\":1050,\"desk\":\"a\"}\n"
            "  set -> {\"mm\":1050,\"desk\":\"a\",\"cm\":105}\n"
            "  sends t.height {\"cm\":105}, key {\"desk\":\"a\"}\n"
            "  rule 'from height -> tall' (t.yaml:9:5)\n"
            "    record {\"cm\":105,\"desk\":\"a\"}\n"
            "    changed -> {\"cm\":105,\"desk\":\"a\",\"previous\":null}\n"
            "    sends t.tall {\"cm\":105,\"desk\":\"a\",\"previous\":null}, key {\"desk\":\"a\"}\n");
}

TEST(Explain, TellsWhatStoppedARecord) {
  EXPECT_EQ(explained(R"({"mm":0})"),
            "rule 'desk/{desk}/range -> height' (t.yaml:4:5)\n"
            "  record {\"mm\":0,\"desk\":\"a\"}\n"
            "  when passes nothing on (t.yaml:6:9)\n");
}

TEST(Explain, TellsErrors) {
  EXPECT_EQ(explained(R"({"mm":9000})"),
            "rule 'desk/{desk}/range -> height' (t.yaml:4:5)\n"
            "  record {\"mm\":9000,\"desk\":\"a\"}\n"
            "  when -> {\"mm\":9000,\"desk\":\"a\"}\n"
            "  set -> {\"mm\":9000,\"desk\":\"a\",\"cm\":900}\n"
            "  error: event 'height': cm: 900 is above 200 (t.yaml:8:11)\n");
}

TEST(Explain, TellsThatNoTopicMatches) {
  const Mapped mapped(yaml);
  mapping::Explainer explainer(std::shared_ptr<const mapping::MappingSet>(std::shared_ptr<void>(), &mapped.set()),
                               mapped.catalog());
  EXPECT_EQ(explainer.explain({"desk/a", "1"}), "no rule has a topic that matches 'desk/a'\n");
}

}  // namespace
}  // namespace sluice::test
