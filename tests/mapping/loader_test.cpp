#include "mapping/loader.h"

#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Expected<std::shared_ptr<const mapping::MappingSet>, Errors> load(
    const std::vector<std::pair<std::string, std::string>>& files, event::EventCatalog& catalog) {
  mapping::Loader loader(catalog, {});
  for (const auto& [path, text] : files) loader.add(path, text);
  return loader.finish();
}

std::vector<std::string> errors(const std::vector<std::pair<std::string, std::string>>& files) {
  event::EventCatalog catalog;
  std::vector<std::string> lines;
  const auto set = load(files, catalog);
  for (const auto& error : set ? Errors() : set.error()) lines.push_back(error.text());
  return lines;
}

TEST(Loader, TellsAllErrorsOfAllFilesAtOnce) {
  EXPECT_THAT(errors({{"m/a.yaml", "rules: [{topic: a, emit: x, stepps: []}, {topic: 'a{', emit: x}]"},
                      {"m/b.yaml", "rule: []"}}),
              testing::SizeIs(testing::Ge(4u)));
}

TEST(Loader, AFileIsANamespace) {
  event::EventCatalog catalog;
  const auto set = load(
      {{"desk.yaml", "rules: [{topic: a, emit: error}]"}, {"scada.yaml", "rules: [{topic: b, emit: error}]"}}, catalog);
  ASSERT_TRUE(set);
  EXPECT_TRUE(catalog.find("desk.error"));
  EXPECT_TRUE(catalog.find("scada.error"));
}

TEST(Loader, AnotherFilesEventIsReadByItsWholeName) {
  EXPECT_THAT(
      errors({{"b.yaml", "rules: [{from: desk.height, emit: x}]"}, {"desk.yaml", "rules: [{topic: a, emit: height}]"}}),
      IsEmpty());
  EXPECT_THAT(
      errors({{"b.yaml", "rules: [{from: height, emit: x}]"}, {"desk.yaml", "rules: [{topic: a, emit: height}]"}}),
      ElementsAre("b.yaml:1:16: event 'height' is not declared in events:"));
}

TEST(Loader, TwoFilesThatClaimOneRouteAreNamedBoth) {
  const std::string text = "rules: [{topic: a, emit: x}]\nstreams: {s: {events: x, path: /s}}";
  EXPECT_THAT(errors({{"a.yaml", text}, {"b.yaml", text}}),
              ElementsAre("b.yaml:2:11: route '/s' is taken already, at a.yaml:2:11"));
}

TEST(Loader, SubscriptionsAreTheSmallestCover) {
  const Mapped mapped("rules: [{topic: 'a/{d}/x', emit: x}, {topic: a/#, emit: y}, {topic: 'b/{p#}', emit: z}]");
  EXPECT_THAT(mapped.set().subscriptions(), ElementsAre("a/#", "b/#"));
}

TEST(Loader, NotesWhatIsWorthALook) {
  const Mapped mapped(
      "events:\n  message: any\n  never: any\nrules:\n  - topic: a\n    steps: [{set: {on: no}}]\n    emit: message\n");
  std::vector<std::string> notes;
  for (const auto& note : mapped.set().notes()) notes.push_back(note.text());
  EXPECT_THAT(notes,
              ElementsAre("t.yaml:2:3: note: event 'message' also reaches EventSource's own listeners of that name",
                          "t.yaml:3:3: note: no rule emits event 'never'",
                          "t.yaml:6:20: note: 'on' is a text here; only true and false are bool",
                          "t.yaml:6:24: note: 'no' is a text here; only true and false are bool"));
}

TEST(Loader, NamesAreKnownThroughTheSteps) {
  EXPECT_THAT(errors_of("rules: [{topic: t, codec: text, steps: [{collect: {into: c, of: value, last: 3}}, {set: {m: "
                        "=len(c)}}, {when: m > n}], emit: x}]"),
              ElementsAre("1:105: when reads 'n', which nothing provides"));
}

TEST(Loader, APayloadOfUnknownFieldsMayHoldAnyName) {
  EXPECT_THAT(errors_of("rules: [{topic: t, steps: [{when: anything}], emit: x}]"), IsEmpty());
}

TEST(Loader, MoreThanTenRulesInARowAreRefused) {
  std::string text = "events: {e0: any";
  for (int i = 1; i <= 12; ++i) text += ", e" + std::to_string(i) + ": any";
  text += "}\nrules:\n  - {topic: t, emit: e0}\n";
  for (int i = 0; i < 12; ++i) text += "  - {from: e" + std::to_string(i) + ", emit: e" + std::to_string(i + 1) + "}\n";
  EXPECT_THAT(errors_of(text), ElementsAre(testing::EndsWith("more than 10 rules follow each other by 'from'")));
}

}  // namespace
}  // namespace sluice::test
