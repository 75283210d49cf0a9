#include "recording/base64.h"

#include <gtest/gtest.h>

namespace sluice::recording {
namespace {

std::string written(std::string_view bytes) {
  std::string out;
  write_base64(bytes, out);
  return out;
}

std::string read(std::string_view text) {
  std::string out;
  return read_base64(text, out) ? out : "no base64";
}

TEST(Base64, HasTheTestVectorsOfTheRfc) {  // RFC 4648 10
  EXPECT_EQ(written(""), "");
  EXPECT_EQ(written("f"), "Zg==");
  EXPECT_EQ(written("fo"), "Zm8=");
  EXPECT_EQ(written("foo"), "Zm9v");
  EXPECT_EQ(written("foob"), "Zm9vYg==");
  EXPECT_EQ(written("fooba"), "Zm9vYmE=");
  EXPECT_EQ(written("foobar"), "Zm9vYmFy");
}

TEST(Base64, ReadsWhatItWritesForEveryByteAndLength) {
  std::string bytes;
  for (int i = 0; i < 260; ++i) {
    EXPECT_EQ(read(written(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const auto* text : {"Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm=v", "Zm9v\n", "Zm9-", "Z\xFFg="}) {
    EXPECT_EQ(read(text), "no base64") << text;
  }
}

TEST(Base64, RefusesBitsLeftOver) {
  EXPECT_EQ(read("Zh=="), "no base64");
  EXPECT_EQ(read("Zm9="), "no base64");
}

}  // namespace
}  // namespace sluice::recording
