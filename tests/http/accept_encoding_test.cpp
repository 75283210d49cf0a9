#include "http/accept_encoding.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

using stream::FormKind;

TEST(AcceptEncoding, WhatIsListedAndPreferredIsChosen) {
  EXPECT_EQ(form_for("gzip"), FormKind::gzip);
  EXPECT_EQ(form_for("deflate, GZIP;q=0.5"), FormKind::gzip);
  EXPECT_EQ(form_for("x-gzip"), FormKind::gzip);
  EXPECT_EQ(form_for("br, zstd"), FormKind::zstd);
  EXPECT_EQ(form_for("gzip, deflate, br, zstd"), FormKind::gzip);
  EXPECT_EQ(form_for("gzip;q=0.8, zstd; q=0.9"), FormKind::zstd);
  EXPECT_EQ(form_for("gzip;q=0.001"), FormKind::gzip);
}

TEST(AcceptEncoding, IdentityWinsWhereItIsAskedForNoLess) {
  EXPECT_EQ(form_for("identity, gzip"), FormKind::sse);
  EXPECT_EQ(form_for("identity;q=0.5, gzip;q=0.4"), FormKind::sse);
  EXPECT_EQ(form_for("identity;q=0.5, gzip"), FormKind::gzip);
}

TEST(AcceptEncoding, NothingIsCompressedThatNobodyAskedFor) {
  for (const auto* header : {"", "*", "br, deflate", "gzip;q=0", "gzip;q=0.000, zstd;q=0", "gzip;q=2", "gzip;q=0.1234",
                             "gzip;q=", "gzip;q=x", "gzip;level=9", ",,;q=1,"}) {
    EXPECT_EQ(form_for(header), FormKind::sse) << header;
  }
}

}  // namespace
}  // namespace sluice::http
