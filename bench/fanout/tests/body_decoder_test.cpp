#include "fanout/body_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::bench {
namespace {

/// Decodes `wire` in pieces of `step` bytes.
std::string decoded(BodyDecoder& decoder, const std::string& wire, std::size_t step) {
  std::string content;
  for (std::size_t at = 0; at < wire.size(); at += step) {
    std::string piece = wire.substr(at, step);
    content += piece.substr(0, decoder.decode(piece.data(), piece.size()));
    piece.clear();
  }
  return content;
}

TEST(BodyDecoder, TakesChunksApartHoweverTheyAreCut) {
  for (std::size_t step = 1; step < 30; ++step) {
    BodyDecoder decoder(Framing::chunked);
    std::string wire = "3;x=y\r\nabc\r\nA\r\n0123456789\r\n";
    EXPECT_EQ(decoded(decoder, wire, step), "abc0123456789") << step;
    EXPECT_FALSE(decoder.ended());
  }
}

TEST(BodyDecoder, EndsWithTheLastChunk) {
  BodyDecoder decoder(Framing::chunked);
  decoded(decoder, "1\r\na\r\n0\r\n\r\n", 100);
  EXPECT_TRUE(decoder.ended());
}

TEST(BodyDecoder, TakesFramesApartHoweverTheyAreCut) {
  const std::string large(300, 'z');
  const std::string wire = std::string(
                               "\x82\x03"
                               "abc\x89\x01p\x82\x7e\x01\x2c",
                               12) +
                           large +
                           std::string(
                               "\x82\x01"
                               "d",
                               3);
  for (std::size_t step = 1; step < 20; ++step) {
    BodyDecoder decoder(Framing::websocket);
    EXPECT_EQ(decoded(decoder, wire, step), "abc" + large + "d") << step;
  }
}

TEST(BodyDecoder, EndsWithACloseFrame) {
  BodyDecoder decoder(Framing::websocket);
  EXPECT_EQ(decoded(decoder, std::string("\x88\x00\x82\x01x", 5), 5), "");
  EXPECT_TRUE(decoder.ended());
}

}  // namespace
}  // namespace sluice::bench
