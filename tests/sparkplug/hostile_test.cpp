#include <gtest/gtest.h>

#include "base/json.h"
#include "mapping/sparkplug/session.h"
#include "sparkplug/random_payload.h"

namespace sluice::mapping::sparkplug {
namespace {

/// Everything that can be read of a payload, read.
void read_all(std::string_view bytes) {
  const auto payload = read_payload(bytes);
  if (!payload) return;
  for (const auto& metric : payload->metrics) {
    (void)read_value(metric, Datatype::unknown);
    for (std::uint32_t datatype = 0; datatype < 36; ++datatype) {
      (void)read_value(metric.value, static_cast<Datatype>(datatype));
    }
    (void)read_properties(metric.properties);
    (void)read_metadata(metric.metadata);
  }
}

pb::Payload some_payload(RandomPayload& random) {
  pb::Payload payload;
  if (random.coin()) payload.set_timestamp(random.bits());
  if (random.coin()) payload.set_seq(random.below(256));
  if (random.below(8) == 0) payload.set_uuid(random.text());
  for (std::uint64_t i = 0, count = random.below(8); i < count; ++i) *payload.add_metrics() = random.metric().first;
  return payload;
}

/// The bytes with one to four bits turned, or a piece cut out or doubled.
std::string damaged(std::string bytes, RandomPayload& random) {
  if (bytes.empty()) return bytes;
  if (random.below(8) == 0) bytes.erase(random.below(bytes.size()), 1 + random.below(8));
  if (random.below(8) == 0) bytes.insert(random.below(bytes.size() + 1), random.bytes(8));
  for (std::uint64_t i = 0, count = 1 + random.below(4); i < count && !bytes.empty(); ++i) {
    auto& byte = bytes[random.below(bytes.size())];
    byte = static_cast<char>(byte ^ (1 << random.below(8)));
  }
  return bytes;
}

/// That `bytes`, which protobuf reads as `theirs`, are read alike.
void expect_alike(std::string_view bytes, const pb::Payload& theirs) {
  const auto ours = read_payload(bytes);
  ASSERT_TRUE(ours) << ours.error().text();
  EXPECT_EQ(ours->seq.value_or(0), theirs.seq());
  EXPECT_EQ(ours->seq.has_value(), theirs.has_seq());
  EXPECT_EQ(ours->timestamp.value_or(0), theirs.timestamp());
  EXPECT_EQ(ours->uuid, theirs.uuid());
  EXPECT_EQ(ours->body, theirs.body());
  ASSERT_EQ(ours->metrics.size(), static_cast<std::size_t>(theirs.metrics_size()));
  for (int i = 0; i < theirs.metrics_size(); ++i) {
    const auto& metric = ours->metrics[static_cast<std::size_t>(i)];
    const auto& their = theirs.metrics(i);
    EXPECT_EQ(metric.name, their.name());
    EXPECT_EQ(metric.alias.has_value(), their.has_alias());
    EXPECT_EQ(metric.alias.value_or(0), their.alias());
    EXPECT_EQ(metric.timestamp.value_or(0), their.timestamp());
    EXPECT_EQ(static_cast<std::uint32_t>(metric.datatype), their.datatype());
    EXPECT_EQ(metric.is_null, their.is_null());
    EXPECT_EQ(metric.is_historical, their.is_historical());
    EXPECT_EQ(metric.is_transient, their.is_transient());
    const auto member = their.value_case() == 0 ? 0 : their.value_case() - 9;  // int_value has the number 10
    EXPECT_EQ(static_cast<int>(metric.value.kind), member);
    if (their.has_int_value()) {
      EXPECT_EQ(metric.value.bits, their.int_value());
    }
    if (their.has_long_value()) {
      EXPECT_EQ(metric.value.bits, their.long_value());
    }
    if (their.has_boolean_value()) {
      EXPECT_EQ(metric.value.bits != 0, their.boolean_value());
    }
    if (their.has_string_value()) {
      EXPECT_EQ(metric.value.bytes, their.string_value());
    }
    if (their.has_bytes_value()) {
      EXPECT_EQ(metric.value.bytes, their.bytes_value());
    }
  }
}

TEST(HostilePayload, RandomMetricsAreReadAsTheyWereWritten) {
  RandomPayload random(1);
  for (int i = 0; i < 5000; ++i) {
    const auto [metric, value] = random.metric();
    const auto read = value_of(metric);
    ASSERT_TRUE(read) << read.error().text() << "\n" << metric.DebugString();
    ASSERT_EQ(*read, value) << to_json(*read) << "\n" << metric.DebugString();
  }
}

TEST(HostilePayload, RandomPayloadsAreReadAsProtobufReadsThem) {
  RandomPayload random(2);
  for (int i = 0; i < 1000; ++i) {
    const auto payload = some_payload(random);
    ASSERT_NO_FATAL_FAILURE(expect_alike(encoded(payload), payload));
  }
}

TEST(HostilePayload, DamagedPayloadsThatProtobufReadsAreReadAlike) {
  RandomPayload random(3);
  int readable = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto bytes = damaged(encoded(some_payload(random)), random);
    pb::Payload theirs;
    if (!theirs.ParseFromString(bytes)) continue;
    ++readable;
    ASSERT_NO_FATAL_FAILURE(expect_alike(bytes, theirs)) << i;
  }
  EXPECT_GT(readable, 1000);
}

TEST(HostilePayload, MayEndAnywhere) {
  RandomPayload random(4);
  for (int i = 0; i < 40; ++i) {
    const auto bytes = encoded(some_payload(random));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const std::string cut(bytes, 0, length);  // its own allocation: a sanitizer sees a read past it
      pb::Payload theirs;
      if (theirs.ParseFromString(cut)) {
        ASSERT_NO_FATAL_FAILURE(expect_alike(cut, theirs));
      }
      read_all(cut);
    }
  }
}

TEST(HostilePayload, MayBeAnyBytes) {
  RandomPayload random(5);
  for (int i = 0; i < 5000; ++i) {
    read_all(random.bytes(64));
    read_all(damaged(encoded(some_payload(random)), random));
  }
}

TEST(HostilePayload, MayNestDeeply) {
  std::string set;  // a set of one property, which is a set, ...
  for (int i = 0; i < 2000; ++i) {
    pb::Payload::PropertySet shell;
    shell.add_keys("x");
    const auto length_of = [](std::size_t size) {
      std::string varint;
      for (; size >= 0x80; size >>= 7) varint.push_back(static_cast<char>((size & 0x7f) | 0x80));
      return varint + static_cast<char>(size);
    };
    const auto value = "\x4a" + length_of(set.size()) + set;
    set = encoded(shell) + "\x12" + length_of(value.size()) + value;
  }
  EXPECT_EQ(read_properties(set).error().message, "property set is deeper than 64");
}

TEST(HostilePayload, CannotMakeALargeListOfAFewBytes) {
  pb::Payload::DataSet set;
  set.add_columns(std::string(100'000, 'x'));
  set.add_types(pb::Int8);
  for (int i = 0; i < 20'000; ++i) set.add_rows()->add_elements();
  auto metric = metric_of(pb::DataSet);
  *metric.mutable_dataset_value() = set;
  EXPECT_EQ(value_of(metric).error().message, "DataSet of 20000 rows is above the bound");
}

/// What a session said to a thousand messages, sound and damaged, to a few nodes.
std::string story(std::uint32_t seed, std::size_t& most_bytes) {
  const Limits limits{.nodes = 3, .metrics_per_node = 20, .state_bytes = 40'000};
  Session session(limits);
  Session::Output output;
  RandomPayload random(seed);
  static const char* const kinds[] = {"NBIRTH", "NDEATH", "NDATA", "NCMD", "DBIRTH", "DDEATH", "DDATA", "DCMD", "X"};
  for (int i = 0; i < 1000; ++i) {
    const std::string kind = kinds[random.below(std::size(kinds))];
    auto topic = "spBv1.0/g/" + kind + "/n" + std::to_string(random.below(4));
    if (kind[0] == 'D') topic += "/d" + std::to_string(random.below(3));
    auto payload = some_payload(random);
    if (random.coin()) {
      auto& metric = *payload.add_metrics();
      metric.set_name("bdSeq");
      metric.set_long_value(random.below(3));
    }
    const auto bytes = encoded(payload);
    session.receive(topic, random.below(4) == 0 ? damaged(bytes, random) : bytes, at_ms(i * 100), output);
    most_bytes = std::max(most_bytes, session.heap_bytes());
  }
  std::string told;
  for (const auto& record : output.records) told += to_json(record) + "\n";
  for (const auto& publish : output.publishes) told += publish.topic + "\n";
  for (const auto& error : output.errors) told += error + "\n";
  return told;
}

TEST(HostileSession, StaysWithinItsBoundsAndTellsTheSameTwice) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    std::size_t most_bytes = 0;
    const auto told = story(seed, most_bytes);
    EXPECT_GT(told.size(), 10'000U);
    EXPECT_LE(most_bytes, 40'000U);
    EXPECT_EQ(told, story(seed, most_bytes));
  }
}

TEST(HostileSession, AsksNoNodeTwiceInTenSeconds) {
  Session session;
  Session::Output output;
  RandomPayload random(9);
  std::map<std::string, std::int64_t> asked;
  for (int i = 0; i < 3000; ++i) {
    output = {};
    const auto node = std::to_string(random.below(3));
    session.receive("spBv1.0/g/" + std::string(random.below(9) == 0 ? "NBIRTH" : "NDATA") + "/n" + node,
                    encoded(some_payload(random)), at_ms(i * 100), output);
    for (const auto& publish : output.publishes) {
      const auto before = asked.find(publish.topic);
      if (before != asked.end()) {
        EXPECT_GE(i * 100 - before->second, 10'000);
      }
      asked[publish.topic] = i * 100;
    }
  }
  EXPECT_EQ(asked.size(), 3U);
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
