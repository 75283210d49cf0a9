// What comes from outside and means harm: refused with a sentence, in bounded time and memory.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "mapping/mapping_set.h"
#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> decoded(const std::string& codec, const std::string& payload) {
  return events_of("rules: [{topic: t, codec: " + codec + ", emit: x}]", {{0, "t", payload}});
}

std::string repeated(std::size_t times, std::string_view part) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Hostile, ListsNestedAHundredThousandDeep) {
  constexpr std::size_t levels = 100'000;
  EXPECT_THAT(decoded("json", repeated(levels, "[")), ElementsAre(StartsWith("! not JSON: ")));
  EXPECT_THAT(decoded("json", repeated(levels, "[") + repeated(levels, "]")), ElementsAre(StartsWith("! not JSON: ")));
  EXPECT_THAT(decoded("json", repeated(levels / 5, R"({"a":)")), ElementsAre(StartsWith("! not JSON: ")));
  EXPECT_THAT(decoded("cbor", repeated(levels, "\x81")), ElementsAre(StartsWith("! payload is no CBOR")));
  EXPECT_THAT(decoded("msgpack", repeated(levels, "\x91")), ElementsAre(StartsWith("! payload is no ")));
  EXPECT_THAT(decoded("ubjson", repeated(levels, "[")), ElementsAre(StartsWith("! payload is no ")));
}

TEST(Hostile, CountsThatNoPayloadHolds) {
  for (const auto* const hex : {"9b8000000000000000", "bb8000000000000000", "5b8000000000000000"}) {
    EXPECT_THAT(decoded("[hex, cbor]", hex), ElementsAre(StartsWith("! payload is no CBOR"))) << hex;
  }
  for (const auto* const hex : {"ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff"}) {
    EXPECT_THAT(decoded("[hex, msgpack]", hex), ElementsAre(StartsWith("! payload is no "))) << hex;
  }
  for (const auto* const hex : {"5b234c7fffffffffffffff", "5b2455234c7fffffffffffffff", "534c7fffffffffffffff"}) {
    EXPECT_THAT(decoded("[hex, ubjson]", hex), ElementsAre(StartsWith("! payload is no "))) << hex;
  }
  EXPECT_THAT(decoded("[hex, bson]", "ffffff7f107400"), ElementsAre(StartsWith("! payload is no ")));
}

TEST(Hostile, EveryPayloadCutAnywhere) {
  const std::pair<const char*, const char*> payloads[] = {
      {"json", "7b2274223a32317d"},
      {"cbor", "a1617415"},
      {"msgpack", "81a17415"},
      {"ubjson", "7b69017469157d"},
      {"bson", "0c0000001074001500000000"},
      {"{struct: {mv: u32be}}", "00000ce4"},
      {"[gzip, json]", "1f8b0800000000000203ab564a54b232ac0500afac1b5607000000"},
  };
  for (const auto& [codec, hex] : payloads) {
    const std::string list = codec[0] == '[' ? "[hex, " + std::string(codec + 1) : "[hex, " + std::string(codec) + "]";
    EXPECT_THAT(decoded(list, hex), ElementsAre(Not(StartsWith("!")))) << codec;
    const std::string whole = hex;
    for (std::size_t digits = 2; digits < whole.size(); digits += 2) {
      EXPECT_THAT(decoded(list, whole.substr(0, digits)), ElementsAre(StartsWith("! "))) << codec << " " << digits;
    }
  }
}

TEST(Hostile, NumbersOfThirtyDigits) {
  EXPECT_THAT(decoded("json", "123456789012345678901234567890"),
              ElementsAre(R"(0ms x {"value":1.2345678901234568e+29})"));
  EXPECT_THAT(decoded("json", "1" + repeated(400, "0")), ElementsAre(StartsWith("! not JSON: ")));
}

TEST(Hostile, AMappingFileOfAHundredMegabytes) {
  const auto file = std::filesystem::path(testing::TempDir()) / "hostile_large.yaml";
  std::ofstream(file).put('#');
  std::filesystem::resize_file(file, 100'000'000);  // sparse
  event::EventCatalog catalog;
  const auto set = mapping::MappingSet::load(file.string(), catalog);
  std::filesystem::remove(file);
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().at(0).message, StartsWith("file is above "));
}

}  // namespace
}  // namespace sluice::test
