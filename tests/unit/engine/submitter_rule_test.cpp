#include "node/engine/submitter_rule.hpp"

#include <gtest/gtest.h>

namespace longwire::engine {
namespace {

smtp::Client client(bool tls, const std::string& user, std::vector<std::string> addresses = {}) {
  smtp::Client c;
  c.user = user;
  if (tls) c.tls = smtp::TlsFacts{"TLSv1.2", "", "", std::move(addresses)};
  return c;
}

int code(const Submitter& rights, const smtp::Client& c, const std::string& from) {
  const auto refusal = refuse_session(rights, c, from, "ship-a.example");
  return refusal ? refusal->code : 250;
}

TEST(SubmitterRule, TlsAndLogin) {
  Submitter tls;
  tls.require_tls = true;
  EXPECT_EQ(code(tls, client(false, "alice"), "x@y"), 530);
  EXPECT_EQ(code(tls, client(true, ""), "x@y"), 250);
  Submitter login;
  login.require_auth = true;
  EXPECT_EQ(code(login, client(true, ""), "x@y"), 530);
  EXPECT_EQ(code(login, client(false, "alice"), "x@y"), 250);
  EXPECT_EQ(code(login, client(true, "", {"alice@ship-a.example"}), "x@y"), 250);
  EXPECT_EQ(code(Submitter{}, client(false, ""), "x@y"), 250);
}

TEST(SubmitterRule, OwnAddress) {
  Submitter own;
  own.own_address = true;
  EXPECT_EQ(code(own, client(true, "alice"), "Alice@SHIP-A.example"), 250);
  EXPECT_EQ(code(own, client(true, "alice"), "alice@other.example"), 553);
  EXPECT_EQ(code(own, client(true, "bob@other.example"), "bob@other.example"), 250);
  EXPECT_EQ(code(own, client(true, "", {"carol@x.example"}), "carol@x.example"), 250);
  EXPECT_EQ(code(own, client(true, "", {"carol@x.example"}), "alice@ship-a.example"), 553);
  EXPECT_EQ(code(own, client(true, ""), "alice@ship-a.example"), 553);
  EXPECT_EQ(code(own, client(true, "alice"), ""), 250);  // a report
}

TEST(SubmitterRule, TheAuthorsPeopleSee) {
  Submitter own;
  own.own_address = true;
  const auto refused = [&](const Submitter& rights, const std::string& header) {
    const auto message = header + "\r\n\r\nbody\r\n";
    return refuse_authors(rights, client(true, "alice"), as_bytes(message), "ship-a.example").has_value();
  };
  EXPECT_FALSE(refused(own, "From: \"Alice\" <alice@ship-a.example>"));
  EXPECT_FALSE(refused(own, "Subject: no author"));
  EXPECT_TRUE(refused(own, "From: admiral@fleet.example"));
  EXPECT_TRUE(refused(own, "From: alice@ship-a.example, admiral@fleet.example"));
  EXPECT_TRUE(refused(own, "From: alice@ship-a.example\r\nFrom: admiral@fleet.example"));
  EXPECT_TRUE(refused(own, "From: alice@ship-a.example\r\nSender: admiral@fleet.example"));
  EXPECT_TRUE(refused(own, "From: \"alice@ship-a.example\" <admiral@fleet.example>"));
  EXPECT_TRUE(refused(own, "From: <<"));
  EXPECT_FALSE(refused(Submitter{}, "From: admiral@fleet.example"));
}

}  // namespace
}  // namespace longwire::engine
