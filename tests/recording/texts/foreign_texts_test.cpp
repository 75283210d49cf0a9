// Text captures of other tools, each as that tool writes them.
#include <gmock/gmock.h>

#include "recording/capture_clock.h"
#include "support/recording/captures.h"

namespace sluice::recording {
namespace {

using test::all_of;
using test::captured;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  std::string format;
  std::vector<std::string> all;  // "us topic payload", errors as they are
  std::vector<std::string> notes;
};

Read read(const std::string& text) {
  auto reader = open_capture(CaptureInput::of(text, "c"));
  if (!reader) return {"", {reader.error().text()}, {}};
  auto all = all_of(**reader);
  return {std::string((*reader)->format()), all, (*reader)->notes()};
}

CapturedMessage first(const std::string& text) {
  CapturedMessage message;
  const auto reader = open_capture(CaptureInput::of(text, "c"));
  EXPECT_TRUE(reader && (*reader)->next(message).value_or(false)) << text;
  return message;
}

// --- times ---

TEST(CaptureTimes, AllFormsInTheWildAreTheSameTime) {
  const auto time = parse_epoch("1795180302.768298");
  for (const auto* const text :
       {"2026-11-20T13:11:42.768298Z+0000", "2026-11-20T13:11:42.768298+0000", "2026-11-20T14:11:42.768298Z+0100",
        "2026-11-20T07:41:42.768298-05:30", "2026-11-20T13:11:42.768298Z", "2026-11-20 13:11:42.768298",
        "2026-11-20 13:11:42:768298"}) {
    EXPECT_EQ(parse_wall_time(text), time) << text;
  }
  EXPECT_EQ(parse_epoch("1795180302"), std::chrono::seconds(1'795'180'302));
}

TEST(CaptureTimes, AnythingElseIsNone) {
  for (const auto* const text : {"", "2026-11-20", "2026-11-20T13:11:42.", "2026-13-20T13:11:42",
                                 "2026-11-20T13:11:42Zx", "2026-11-20T13:11:42+1", "2026-11-20T13:11:42+2500"}) {
    EXPECT_FALSE(parse_wall_time(text)) << text;
  }
  for (const auto* const text : {"", ".5", "1.", "1.x", "-1", "99999999999999999999"})
    EXPECT_FALSE(parse_epoch(text)) << text;
}

// --- mosquitto_sub -F '%U %q %r %l %x %t' ---

TEST(MosquittoHex, EachLineIsAMessage) {
  const auto text = "1700000000.000500 1 1 2 6869 a/b c\n1700000001 0 0 0  t\r\n";
  const auto capture = read(text);
  EXPECT_EQ(capture.format, "mosquitto_sub -F '%U %q %r %l %x %t'");
  EXPECT_THAT(capture.all, ElementsAre("500 a/b c hi", "1000000 t "));
  EXPECT_THAT(capture.notes, IsEmpty());
  EXPECT_EQ(first(text).message.qos, 1);
  EXPECT_TRUE(first(text).message.retain);
}

TEST(MosquittoHex, ADamagedLineIsNamedAndTheNextOneRead) {
  const std::string good = "1700000000 0 0 1 61 t\n";
  EXPECT_THAT(
      read(good + "1700000000 0 0 2 61 t\n1700000000 3 0 1 61 t\n1700000000 0 0 1 6g t\n1700000000 0 0 1 61 t/#\n" +
           good + "1700000000 0 0 1 6")
          .all,
      ElementsAre("0 t a", "c:2: the payload has 1 bytes where its length says 2: the line is cut or changed",
                  HasSubstr("c:3: the QoS is '3', expected 0, 1 or 2"),
                  HasSubstr("c:4: the payload is '6g', expected hexadecimal digits"), "c:5: 't/#' is no topic name",
                  "0 t a", HasSubstr("c:7: the payload is '6'")));
}

TEST(MosquittoHex, ATimeThatGoesBackIsHeldAndNoted) {
  const auto capture = read("1700000002 0 0 0  t\n1700000001 0 0 0  t\n1700000003 0 0 0  t\n");
  EXPECT_THAT(capture.all, ElementsAre("0 t ", "0 t ", "1000000 t "));
  EXPECT_THAT(capture.notes, ElementsAre("1 time before the one above, by up to 1 s: held at the latest one"));
}

// --- mosquitto_sub -F '%J' and '%j' ---

TEST(MosquittoJson, PayloadsOfJAreJsonAsWritten) {
  const auto capture = read(
      R"({"tst":"2026-11-20T13:11:42.000000Z+0000","topic":"a","qos":1,"retain":1,"payloadlen":9,"mid":3,"payload":{"x":1.50}})"
      "\n\n"
      R"({"tst":"2026-11-20T13:11:43.000000Z+0000","topic":"b","qos":0,"retain":0,"payloadlen":5,"payload":420})"
      "\n"
      R"({"tst":"2026-11-20T13:11:43.000000Z+0000","topic":"c","qos":0,"retain":0,"payloadlen":4,"payload":"hi"})"
      "\n"
      R"({"tst":"2026-11-20T13:11:43.000000Z+0000","topic":"d","qos":0,"retain":0,"payloadlen":0,"payload":null})"
      "\n");
  EXPECT_EQ(capture.format, "mosquitto_sub -F '%J'");
  EXPECT_THAT(capture.all, ElementsAre(R"(0 a {"x":1.50})", "1000000 b 420", R"(1000000 c "hi")", "1000000 d "));
  EXPECT_THAT(capture.notes,
              ElementsAre(HasSubstr("4 of 5: 1 blank line"), HasSubstr("2 of 4 payloads are not as they were sent")));
}

TEST(MosquittoJson, PayloadsOfSmallJAreText) {
  const auto capture =
      read(R"({"tst":1700000000,"topic":"a","qos":0,"retain":0,"payloadlen":8,"payload":"{\"x\":1}\n"})"
           "\n"
           R"({"tst":1700000001,"topic":"b","qos":0,"retain":0,"payloadlen":4,"payload":"cut"})"
           "\n"
           R"({"tst":1700000002,"topic":"c","qos":0,"retain":0,"payloadlen":3,"payload":[0,255,65]})"
           "\n"
           R"({"tst":1700000003,"topic":"d","qos":0,"retain":0,"payloadlen":4,"payload":"\u00e4\ud83d"})"
           "\n");
  EXPECT_EQ(capture.format, "mosquitto_sub -F '%j'");
  EXPECT_THAT(capture.all, ElementsAre("0 a {\"x\":1}\n", "1000000 b cut", std::string("2000000 c \0\xFF\x41", 13),
                                       "3000000 d ä\xEF\xBF\xBD"));
  EXPECT_THAT(capture.notes, ElementsAre(HasSubstr("2 of 4 payloads are not as long as they were sent")));
}

TEST(MosquittoJson, PrettyObjectsAndPropertiesAreRead) {
  const auto text = R"({
	"tst":	"2026-11-20T13:11:42.000000+0000",
	"topic":	"a",
	"qos":	0,
	"retain":	0,
	"payloadlen":	7,
	"properties":	{
		"message-expiry-interval":	60,
		"content-type":	"application/json",
		"user-properties":	{
			"k":	"v"
		}
	},
	"payload":	{
		"x":	1
	}
}
)";
  EXPECT_THAT(read(text).all, ElementsAre(R"(0 a {"x":1})"));
  const auto properties = first(text).properties;
  ASSERT_TRUE(properties);
  EXPECT_EQ(properties->expiry_s, 60);
  EXPECT_EQ(properties->content_type, "application/json");
  EXPECT_EQ(properties->user.size(), 1);
}

TEST(MosquittoJson, ADamagedLineIsNamedAndTheNextOneRead) {
  const auto line = [](const std::string& topic) {
    return R"({"tst":1700000000,"topic":")" + topic + R"(","qos":0,"retain":0,"payloadlen":1,"payload":1})" + "\n";
  };
  EXPECT_THAT(read(line("a") + R"({"tst":1700000000,"topic":"b)" + "\n" + line("c") + line("d/+") + "}\n" + line("e") +
                   R"({"tst":1700000000,"topic":"f")")
                  .all,
              ElementsAre("0 a 1", "c:2: a line break within a JSON text", "0 c 1", "c:4: 'd/+' is no topic name",
                          "c:5: '}' closes what is not open", "0 e 1", "c:7: the capture ends within this message"));
}

// --- mosquitto_sub -v ---

TEST(MosquittoVerbose, APayloadGoesOnWhereNoTopicBegins) {
  const auto capture = read("a/b {\n  \"x\": 1\n}\nstatus/x (null)\na/b two words\n\n");
  EXPECT_EQ(capture.format, "mosquitto_sub -v");
  EXPECT_THAT(capture.all, ElementsAre("0 a/b {\n  \"x\": 1\n}", "0 status/x ", "0 a/b two words\n"));
  EXPECT_THAT(capture.notes, Contains("3 lines without a topic at the front: taken for parts of the payloads above"));
}

// --- mqtt-recorder CSV ---

TEST(RecorderCsv, PayloadsAreTextWithCommasQuotesAndLineBreaks) {
  const auto capture =
      read("a/b,\"{\"\"x\"\": 1,\n\"\"y\"\": 2}\",1,False,1700000000.5,0.1\r\nc,true,0,True,1700000001.5,1.0\r\n");
  EXPECT_EQ(capture.format, "mqtt-recorder CSV");
  EXPECT_THAT(capture.all, ElementsAre("0 a/b {\"x\": 1,\n\"y\": 2}", "1000000 c true"));
}

TEST(RecorderCsv, Base64IsToldByThePayloads) {
  EXPECT_THAT(read("a,/wA=,0,False,1700000000,0\nb,aGk=,0,False,1700000000,0\n").all,
              ElementsAre(std::string("0 a \xFF\0", 6), "0 b hi"));
  EXPECT_THAT(read("a,true,0,False,1700000000,0\nb,1234,0,False,1700000000,0\n").all,
              ElementsAre("0 a true", "0 b 1234"));
  EXPECT_THAT(read("a,aGk=,0,False,1700000000,0\nb,21.5,0,False,1700000000,0\n").all,
              ElementsAre("0 a aGk=", "0 b 21.5"));
}

TEST(RecorderCsv, ADamagedRowIsNamedAndTheNextOneRead) {
  const std::string good = "a,21.5,0,False,1700000000,0\n";
  EXPECT_THAT(
      read(good + "a,1,0\n" + "a,1,9,False,1700000000,0\n" + good + "a,\"1").all,
      ElementsAre("0 a 21.5", HasSubstr("c:2: 3 columns, expected 6"), "c:3: the QoS is '9', expected 0, 1 or 2",
                  "0 a 21.5", "c:5: the capture ends within quotes"));
}

// --- MQTTX ---

TEST(Mqttx, ReceivedMessagesOfAllConnections) {
  const auto capture = read(R"([
  {
    "clientId": "mqttx_1",
    "name": "here",
    "subscriptions": [{"topic": "a/#", "qos": 0}],
    "messages": [
      {
        "createAt": "2026-11-20 13:11:42:500",
        "out": false,
        "payload": "{\n  \"x\": 1\n}",
        "qos": 1,
        "retain": true,
        "topic": "a/b",
        "properties": {"contentType": "application/json", "userProperties": {"k": ["v", "w"]}}
      },
      {"createAt": "2026-11-20 13:11:43", "out": true, "payload": "mine", "qos": 0, "retain": false, "topic": "a/c"}
    ]
  },
  {"clientId": "mqttx_2", "messages": [{"createAt": "2026-11-20 13:11:44:000", "out": false, "payload": "x", "qos": 0, "retain": false, "topic": "d"}]}
])");
  EXPECT_EQ(capture.format, "MQTTX JSON");
  EXPECT_THAT(capture.all, ElementsAre("0 a/b {\n  \"x\": 1\n}", "1500000 d x"));
  EXPECT_THAT(capture.notes, ElementsAre(HasSubstr("without a zone"), "1 message that MQTTX sent left out"));
}

// --- Node-RED ---

TEST(NodeRed, ObjectsAndBuffersAndTexts) {
  const auto capture = read(
      R"({"topic":"a","payload":{"x": 1.0},"qos":1,"retain":true,"_msgid":"1","timestamp":1700000000500})"
      "\n"
      R"({"topic":"b","payload":{"type":"Buffer","data":[104,105]},"qos":0,"retain":false,"_msgid":"2","timestamp":1700000001500})"
      "\n"
      R"([{"topic":"c","payload":"text","_msgid":"3"}])"
      "\n");
  EXPECT_EQ(capture.format, "Node-RED JSON");
  EXPECT_THAT(capture.all, ElementsAre(R"(0 a {"x":1.0})", "1000000 b hi", "1000000 c text"));
  EXPECT_THAT(capture.notes,
              ElementsAre(HasSubstr("1 payload parsed by Node-RED"), HasSubstr("1 message without a time")));
}

// --- tshark -T fields ---

TEST(Tshark, ColumnsAreNamedByTheHeader) {
  const auto capture = read(
      "mqtt.msgtype\tframe.time_epoch\tmqtt.topic\tmqtt.msg\tmqtt.qos\n"
      "1\t1700000000.0\t\t\t\n3\t1700000000.5\ta,b\t6869\t1\n3,3\t1700000001.5\ta,b\t61,62\t0,2\n8\t1700000002\ta/"
      "#\t\t0\n"
      "3\t1700000002.5\te\t\t0\n3\t1700000002.5\te,f,g\t61,62\t0\nnow\t\t\t\n");
  EXPECT_EQ(capture.format, "tshark fields");
  EXPECT_THAT(capture.all,
              ElementsAre("0 a,b hi", "1000000 a a", "1000000 b b", "2000000 e ",
                          HasSubstr("c:7: 3 topics and 2 payloads in one frame"), HasSubstr("c:8: the time is ''")));
}

TEST(Tshark, WithoutAHeaderTimeTopicAndPayloadComeFirst) {
  EXPECT_THAT(read("1700000000.5\ta\t7b:7d\n1700000001.5\tb\t\n").all, ElementsAre("0 a {}"));
  EXPECT_THAT(read("1700000000.5\ta\tplain, text\n").all, ElementsAre("0 a plain, text"));
}

// --- none of them ---

TEST(ForeignTexts, AnythingElseIsNoCapture) {
  for (const std::string text : {"hello world\n", "{}\n", "[1,2]\n", "a,b,c\n", "%PDF-1.7\n", "x"}) {
    EXPECT_THAT(read(text).all, ElementsAre(HasSubstr("which is no capture that is understood here"))) << text;
  }
}

}  // namespace
}  // namespace sluice::recording
