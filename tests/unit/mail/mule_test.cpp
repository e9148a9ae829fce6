#include "mail/mule.hpp"

#include "base/limits.hpp"
#include "tests/unit/vectors.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

std::string failure(std::string_view payload) {
  const auto r = decode_mule(as_bytes(payload));
  return r ? "" : std::string(r.error().name) + '@' + std::to_string(r.error().offset);
}

TEST(Mule, PayloadOfTheVectors) {
  const auto text = test::read_vector("mule/mule_text.txt");
  const auto r = decode_mule(text);
  ASSERT_TRUE(r) << r.error().name;
  const auto& e = r->envelope;
  EXPECT_EQ(e.from, "ops@ship.example");
  EXPECT_EQ(e.mt_priority, 4);
  EXPECT_EQ(e.body, Body::eight_bit);
  EXPECT_EQ(e.ret, Ret::headers);
  EXPECT_EQ(e.envid, "V0001");
  ASSERT_EQ(e.recipients.size(), 2u);
  EXPECT_EQ(e.recipients[0].address, "co@shore.example");
  EXPECT_EQ(e.recipients[0].orcpt, "rfc822;co@shore.example");
  EXPECT_TRUE(e.recipients[1].notify->success && e.recipients[1].notify->failure);
  EXPECT_TRUE(as_text(r->message).starts_with("From: ops@ship.example\r\n"));
  EXPECT_EQ(encode_mule(e, r->message), text);
}

TEST(Mule, MessageIsAnyOctets) {
  Bytes message;
  for (int i = 0; i < 256; ++i) message.push_back(static_cast<std::uint8_t>(i));
  Envelope e;
  e.recipients.push_back({"x@y", {}, "", {"X-KEEP=1"}});
  const auto r = decode_mule(encode_mule(e, message));
  ASSERT_TRUE(r);
  EXPECT_EQ(r->message, message);
  EXPECT_EQ(r->envelope.from, "");
  EXPECT_EQ(r->envelope.recipients[0].other, std::vector<std::string>{"X-KEEP=1"});
  EXPECT_TRUE(decode_mule(encode_mule(e, {}))->message.empty());
}

TEST(Mule, NamedErrors) {
  EXPECT_EQ(failure(""), "truncated@0");
  EXPECT_EQ(failure("<a@b>"), "truncated@5");
  EXPECT_EQ(failure("<a@b>\r"), "truncated@6");
  EXPECT_EQ(failure("<a@b>\r\n<c@d>\r\n"), "truncated@14");
  EXPECT_EQ(failure("<a@b>\n<c@d>\r\n\r\n"), "bare_line_end@5");
  EXPECT_EQ(failure("<a@b>\r<c@d>\r\n\r\n"), "bare_line_end@5");
  EXPECT_EQ(failure("<a@b>\r\n<c@d>\n\n"), "bare_line_end@12");
  EXPECT_EQ(failure("\r\n<c@d>\r\n\r\n"), "bad_path@0");
  EXPECT_EQ(failure("a@b\r\n<c@d>\r\n\r\n"), "bad_path@0");
  EXPECT_EQ(failure("<a@b>\r\nRCPT TO:<c@d>\r\n\r\n"), "bad_path@7");
  EXPECT_EQ(failure("<a@b>\r\n<>\r\n\r\n"), "bad_path@7");
  EXPECT_EQ(failure("<a@b> RET=X\r\n<c@d>\r\n\r\n"), "bad_parameter@6");
  EXPECT_EQ(failure("<a@b>\r\n<c@d> NOTIFY=X\r\n\r\n"), "bad_parameter@13");
  EXPECT_EQ(failure("<a@b>\r\n<c@d> X=1 X=2\r\n\r\n"), "duplicate_parameter@17");
  EXPECT_EQ(failure("<a@b>\r\n\r\nFrom: x\r\n"), "no_recipient@7");
}

TEST(Mule, LineLimit) {
  const auto line_of = [](std::size_t octets) { return "<a@b> X=" + std::string(octets - 8, 'x'); };
  EXPECT_EQ(failure(line_of(limits::command_line) + "\r\n<c@d>\r\n\r\n"), "");
  EXPECT_EQ(failure(line_of(limits::command_line + 1) + "\r\n<c@d>\r\n\r\n"), "line_too_long@0");
  EXPECT_EQ(failure("<a@b>\r\n" + line_of(1'000'000)), "line_too_long@7");
}

TEST(Mule, RecipientLimit) {
  std::string payload = "<>\r\n";
  for (std::size_t i = 0; i < limits::recipients; ++i) payload += "<c@d>\r\n";
  EXPECT_EQ(failure(payload + "\r\n"), "");
  EXPECT_EQ(failure(payload + "<c@d>\r\n\r\n"), "too_many_recipients@" + std::to_string(payload.size()));
}

}  // namespace
}  // namespace longwire::mail
