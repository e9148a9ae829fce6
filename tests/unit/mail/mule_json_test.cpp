#include "mail/mule_json.hpp"

#include "tests/unit/vectors.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace longwire::mail {
namespace {

TEST(MuleJson, Vector) {
  const auto json = to_json(*decode_mule(test::read_vector("mule/mule_text.txt")));
  EXPECT_EQ(json, boost::json::parse(R"({
    "from": "ops@ship.example", "mt_priority": 4, "body": "8BITMIME", "ret": "HDRS", "envid": "V0001",
    "recipients": [
      {"address": "co@shore.example", "notify": ["FAILURE"], "orcpt": "rfc822;co@shore.example"},
      {"address": "xo@shore2.example", "notify": ["SUCCESS", "FAILURE"]}],
    "message_octets": 193,
    "message": "From: ops@ship.example\r\nTo: co@shore.example, xo@shore2.example\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <v0001@ship.example>\r\nSubject: P_MUL vector\r\n\r\nPosition 60N 004E, all well.\r\n"
  })"));
}

TEST(MuleJson, TheOtherMembers) {
  const auto payload = as_bytes(
      "<> SIZE=7 BY=-60;NT AUTH=<> BODY=BINARY RET=FULL X-A=1\r\n<a@b> NOTIFY=NEVER X-B\r\n<c@d> "
      "NOTIFY=DELAY\r\n\r\n\xFF");
  EXPECT_EQ(to_json(*decode_mule(payload)), boost::json::parse(R"({
    "from": "", "size": 7, "body": "BINARYMIME", "ret": "FULL", "by": {"seconds": -60, "mode": "N", "trace": true},
    "auth": "<>", "other": ["X-A=1"],
    "recipients": [{"address": "a@b", "notify": ["NEVER"], "other": ["X-B"]}, {"address": "c@d", "notify": ["DELAY"]}],
    "message_octets": 1, "message_hex": "ff"
  })"));
}

TEST(MuleJson, Utf8) {
  for (const auto* good :
       {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const auto* bad : {"\x80", "\xC2", "\xC1\xBF", "\xC2\x41", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "\xE2\x82"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

}  // namespace
}  // namespace longwire::mail
