#include "base/base64.hpp"
#include "client_talk.hpp"
#include "tests/unit/counting_random.hpp"

#include <gmock/gmock.h>

namespace longwire::smtp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Client {
  explicit Client(StartTls tls, bool login = false) {
    ClientOptions options;
    options.host_name = "gw.example";
    options.start_tls = tls;
    options.random = &random;
    const auto octets = as_bytes(std::string_view("secret"));
    if (login)
      options.login = Credentials{"alice", std::make_shared<const crypto::Secret>(Bytes(octets.begin(), octets.end()))};
    session.emplace(options, test_envelope(), to_bytes(test_message));
  }
  // What it says to that reply.
  std::string answer(const std::string& reply) {
    session->feed(as_bytes(reply));
    return session->take_output();
  }
  std::string hello(const std::string& keywords) {
    (void)session->take_output();
    EXPECT_EQ(answer("220 mx.example\r\n"), "EHLO gw.example\r\n");
    return answer("250-mx.example\r\n" + keywords);
  }
  std::string result() const {
    const auto& o = session->outcomes().at(0);
    return o.status + " " + o.reply;
  }
  test::CountingRandom random;
  std::optional<ClientSession> session;
};

TEST(ClientTls, TheServerIsAskedAgainInside) {
  for (const auto mode : {StartTls::if_offered, StartTls::require}) {
    Client c(mode);
    EXPECT_EQ(c.hello("250-PIPELINING\r\n250 STARTTLS\r\n"), "STARTTLS\r\n");
    EXPECT_EQ(c.answer("220 go\r\n"), "");
    ASSERT_TRUE(c.session->wants_tls());
    c.session->tls_established();
    EXPECT_FALSE(c.session->wants_tls());
    EXPECT_EQ(c.session->take_output(), "EHLO gw.example\r\n");
    // PIPELINING was said in the clear only: forgotten.
    EXPECT_EQ(c.answer("250 mx.example\r\n"), "MAIL FROM:<a@b.example>\r\n");
    EXPECT_FALSE(c.session->server_has_dsn());
  }
}

TEST(ClientTls, ImplicitTls) {
  Client c(StartTls::require);
  c.session->tls_established();
  EXPECT_EQ(c.hello("250 STARTTLS\r\n"), "MAIL FROM:<a@b.example>\r\n");
}

TEST(ClientTls, AServerWithoutIt) {
  Client may(StartTls::if_offered);
  EXPECT_EQ(may.hello("250 8BITMIME\r\n"), "MAIL FROM:<a@b.example>\r\n");
  Client must(StartTls::require);
  EXPECT_EQ(must.hello("250 8BITMIME\r\n"), "QUIT\r\n");
  EXPECT_EQ(must.result(), "4.7.10 (server offers no STARTTLS)");
  Client not_now(StartTls::require);
  EXPECT_EQ(not_now.hello("250 STARTTLS\r\n"), "STARTTLS\r\n");
  EXPECT_EQ(not_now.answer("454 4.7.0 later\r\n"), "QUIT\r\n");
  EXPECT_THAT(not_now.result(), StartsWith("4.7.10"));
  Client on(StartTls::if_offered);
  EXPECT_EQ(on.hello("250 STARTTLS\r\n"), "STARTTLS\r\n");
  EXPECT_EQ(on.answer("454 4.7.0 later\r\n"), "MAIL FROM:<a@b.example>\r\n");
  Client off(StartTls::off);
  EXPECT_EQ(off.hello("250 STARTTLS\r\n"), "MAIL FROM:<a@b.example>\r\n");
}

TEST(ClientTls, RepliesBehindThe220AreNoReplies) {
  for (const std::string behind : {"250 mx.example\r\n", "x", "\r\n"}) {
    Client c(StartTls::require);
    EXPECT_EQ(c.hello("250 STARTTLS\r\n"), "STARTTLS\r\n");
    EXPECT_EQ(c.answer("220 go\r\n" + behind), "");
    EXPECT_TRUE(c.session->done());
    EXPECT_FALSE(c.session->wants_tls());
    EXPECT_THAT(c.result(), StartsWith("4.7.0 (server sent more behind its reply to STARTTLS"));
    Client d(StartTls::require);
    (void)d.hello("250 STARTTLS\r\n");
    (void)d.answer("220 go\r\n");
    EXPECT_EQ(d.answer(behind), "");
    EXPECT_TRUE(d.session->done());
  }
}

TEST(ClientTls, AHandshakeThatFails) {
  Client c(StartTls::require);
  (void)c.hello("250 STARTTLS\r\n");
  (void)c.answer("220 go\r\n");
  c.session->tls_failed("tls_certificate: wrong_name");
  EXPECT_EQ(c.result(), "4.7.5 (TLS: tls_certificate: wrong_name)");
  EXPECT_EQ(c.session->take_output(), "");
  Client lost(StartTls::require);
  (void)lost.hello("250 STARTTLS\r\n");
  (void)lost.answer("220 go\r\n");
  lost.session->connection_lost();
  EXPECT_THAT(lost.result(), HasSubstr("the start of TLS"));
  Client slow(StartTls::require);
  (void)slow.hello("250 STARTTLS\r\n");
  (void)slow.answer("220 go\r\n");
  slow.session->timed_out();
  EXPECT_THAT(slow.result(), StartsWith("4.4.2"));
}

TEST(ClientAuth, PlainInsideTlsOnly) {
  Client c(StartTls::require, true);
  c.session->tls_established();
  EXPECT_EQ(c.hello("250 AUTH LOGIN PLAIN\r\n"), "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n");
  EXPECT_EQ(c.answer("235 2.7.0 ok\r\n"), "MAIL FROM:<a@b.example>\r\n");
  Client clear(StartTls::off, true);
  const auto said = clear.hello("250 AUTH LOGIN PLAIN\r\n");
  EXPECT_EQ(said, "QUIT\r\n");
  EXPECT_EQ(clear.result(), "4.7.0 (server offers no login that may be used here)");
  Client none(StartTls::off, true);
  EXPECT_EQ(none.hello("250 8BITMIME\r\n"), "QUIT\r\n");
}

TEST(ClientAuth, ARefusedLoginIsNotTheMessagesFault) {
  Client c(StartTls::require, true);
  c.session->tls_established();
  (void)c.hello("250 AUTH PLAIN\r\n");
  EXPECT_EQ(c.answer("535 5.7.8 no\r\n"), "QUIT\r\n");
  EXPECT_EQ(c.session->outcomes()[0].kind, ClientSession::Outcome::Kind::temporary);
  EXPECT_THAT(c.result(), StartsWith("4.7.8"));
}

struct Scram {
  Scram() {
    test::CountingRandom salt;
    users = *crypto::UserFile::read(crypto::format_user(*crypto::make_user("alice", "secret", 4096, salt)));
    server.emplace(users, random);
  }
  static std::string sasl(const std::string& line) {
    const auto octets = base64_strict(line.substr(0, line.size() - 2));
    EXPECT_TRUE(octets) << line;
    return octets ? std::string(as_text(*octets)) : std::string();
  }
  static std::string challenge(const std::string& text) { return "334 " + base64_encode(as_bytes(text)) + "\r\n"; }
  test::CountingRandom random;
  crypto::UserFile users;
  std::optional<crypto::ScramServer> server;
};

TEST(ClientAuth, ScramAlsoWithoutTls) {
  Scram s;
  Client c(StartTls::off, true);
  EXPECT_EQ(c.hello("250 AUTH PLAIN scram-sha-256\r\n"), "AUTH SCRAM-SHA-256\r\n");
  const auto first = s.server->first(Scram::sasl(c.answer("334 \r\n")));
  const auto final = s.server->final(Scram::sasl(c.answer(Scram::challenge(first.text))));
  EXPECT_EQ(final.user, "alice");
  EXPECT_EQ(c.answer(Scram::challenge(final.text)), "\r\n");
  EXPECT_EQ(c.answer("235 ok\r\n"), "MAIL FROM:<a@b.example>\r\n");
}

TEST(ClientAuth, AServerThatDoesNotKnowThePasswordGetsNothing) {
  Scram s;
  Client early(StartTls::off, true);
  (void)early.hello("250 AUTH SCRAM-SHA-256\r\n");
  (void)early.answer("334 \r\n");
  EXPECT_EQ(early.answer("235 welcome\r\n"), "QUIT\r\n");
  EXPECT_THAT(early.result(), HasSubstr("did not show that it knows the password"));

  Client wrong(StartTls::off, true);
  (void)wrong.hello("250 AUTH SCRAM-SHA-256\r\n");
  const auto first = s.server->first(Scram::sasl(wrong.answer("334 \r\n")));
  (void)wrong.answer(Scram::challenge(first.text));
  EXPECT_EQ(wrong.answer(Scram::challenge("v=" + base64_encode(Bytes(32)))), "*\r\n");
  EXPECT_EQ(wrong.answer("235 welcome\r\n"), "QUIT\r\n");

  Client garbage(StartTls::off, true);
  (void)garbage.hello("250 AUTH SCRAM-SHA-256\r\n");
  EXPECT_EQ(garbage.answer("334 not base64\r\n"), "*\r\n");
  EXPECT_EQ(garbage.answer("501 5.7.0 cancelled\r\n"), "QUIT\r\n");
}

}  // namespace
}  // namespace longwire::smtp
