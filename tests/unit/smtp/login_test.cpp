#include "base/base64.hpp"
#include "base/limits.hpp"
#include "server_talk.hpp"
#include "tests/unit/counting_random.hpp"

#include <gmock/gmock.h>

namespace longwire::smtp {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One session with a user "alice", password "secret"; the test plays client and owner.
struct Login {
  explicit Login(bool users = true, bool implicit = false) {
    test::CountingRandom salt;
    const auto text = crypto::format_user(*crypto::make_user("alice", "secret", 4096, salt));
    logins.emplace(*crypto::UserFile::read(text), random,
                   [this](const Client&, const LoginAttempt& a) { attempts.push_back(a); });
    auto options = test_options();
    options.starttls = true;
    if (users) options.logins = &*logins;
    Client client;
    client.address = "10.1.2.3";
    session.emplace(options, client, policy);
    if (implicit) session->tls_established({});
    session->start();
    (void)session->take_output();
  }
  std::string say(const std::string& text) {
    session->feed(as_bytes(text), now);
    return session->take_output();
  }
  void tls() {
    (void)say(ehlo);
    EXPECT_EQ(say("STARTTLS\r\n"), "220 2.0.0 ready for TLS\r\n");
    ASSERT_TRUE(session->wants_tls());
    session->tls_established({"TLSv1.2", "TLS-X", "CN=Alice", {"alice@ship-a.example"}});
    EXPECT_FALSE(session->wants_tls());
  }
  static std::string plain(const char* identity, const char* user, const char* password) {
    const auto text = std::string(identity) + '\0' + user + '\0' + password;
    return base64_encode(as_bytes(text));
  }

  TestPolicy policy;
  test::CountingRandom random;
  std::vector<LoginAttempt> attempts;
  std::optional<Logins> logins;
  std::optional<ServerSession> session;
  Time now = from_unix(1'790'000'000);
};

const std::string message = "MAIL FROM:<alice@ship-a.example>\r\n";

TEST(StartTls, KeywordsChangeWithTheState) {
  Login t;
  EXPECT_THAT(t.say(ehlo), HasSubstr("250-STARTTLS\r\n250 AUTH SCRAM-SHA-256\r\n"));
  t.tls();
  const auto inside = t.say(ehlo);
  EXPECT_THAT(inside, Not(HasSubstr("STARTTLS")));
  EXPECT_THAT(inside, EndsWith("250 AUTH SCRAM-SHA-256 PLAIN\r\n"));
  EXPECT_THAT(t.say("AUTH PLAIN " + Login::plain("", "alice", "secret") + "\r\n"), StartsWith("235 2.7.0"));
  EXPECT_THAT(t.say(ehlo), Not(HasSubstr("AUTH")));
  EXPECT_THAT(Login(false).say(ehlo), EndsWith("250 STARTTLS\r\n"));
  EXPECT_THAT(Login(true, true).say(ehlo), EndsWith("250 AUTH SCRAM-SHA-256 PLAIN\r\n"));
}

TEST(StartTls, WhatWasSaidInTheClearIsForgotten) {
  Login t;
  (void)t.say(ehlo);
  EXPECT_THAT(t.say(message + rcpt_to), HasSubstr("250 2.1.5"));
  t.tls();
  EXPECT_THAT(t.say(rcpt_to), StartsWith("503"));  // no transaction
  EXPECT_THAT(t.say(message), StartsWith("503"));  // not even a greeting
  EXPECT_THAT(t.say("STARTTLS\r\n"), StartsWith("503 5.5.1"));
  (void)t.say(ehlo);
  EXPECT_THAT(t.say("STARTTLS\r\n"), StartsWith("503 5.5.1"));
}

TEST(StartTls, ALoginInTheClearIsForgottenToo) {
  Login t;
  (void)t.say(ehlo);
  crypto::ScramClient client("alice", "secret", t.random);
  const auto challenge = t.say("AUTH SCRAM-SHA-256 " + base64_encode(as_bytes(client.first())) + "\r\n");
  const auto text = base64_strict(challenge.substr(4, challenge.size() - 6));
  ASSERT_TRUE(text);
  (void)t.say(base64_encode(as_bytes(*client.final(as_text(*text)))) + "\r\n");
  EXPECT_THAT(t.say("\r\n"), StartsWith("235"));
  EXPECT_EQ(t.say("STARTTLS\r\n"), "220 2.0.0 ready for TLS\r\n");
  t.session->tls_established({});
  (void)t.say(ehlo);
  (void)t.say(message + rcpt_to + "DATA\r\n");
  (void)t.say("a: b\r\n\r\n.\r\n");
  ASSERT_EQ(t.policy.accepted.size(), 1U);
  EXPECT_EQ(t.policy.accepted[0].client.user, "");
  EXPECT_EQ(t.policy.accepted[0].client.protocol, "ESMTPS");
}

TEST(StartTls, CommandsBehindItAreNeverRead) {
  for (const std::string behind :
       {"EHLO evil.example\r\n", "MAIL FROM:<evil@evil.example>\r\n", "\r\n", "x", "\x16\x03\x01"}) {
    Login t;
    (void)t.say(ehlo);
    const auto answer = t.say("STARTTLS\r\n" + behind);
    EXPECT_THAT(answer, StartsWith("421 4.7.0")) << behind;
    EXPECT_THAT(answer, Not(HasSubstr("220")));
    EXPECT_TRUE(t.session->closed());
    EXPECT_FALSE(t.session->wants_tls());
    // In two pieces, but before the 220 went out.
    Login u;
    (void)u.say(ehlo);
    u.session->feed(as_bytes("STARTTLS\r\n"), u.now);
    EXPECT_FALSE(u.session->wants_tls());
    u.session->feed(as_bytes(behind), u.now);
    EXPECT_THAT(u.session->take_output(), StartsWith("421 4.7.0"));
    EXPECT_FALSE(u.session->wants_tls());
  }
  // What comes behind the 220 is TLS, and never a command if somebody gives it to the session all the same.
  Login t;
  (void)t.say(ehlo);
  (void)t.say("STARTTLS\r\n");
  EXPECT_EQ(t.say("EHLO evil.example\r\n"), "");
  t.session->tls_established({});
  EXPECT_THAT(t.say(message), StartsWith("503"));
}

TEST(StartTls, RefusedWhereItIsNotOffered) {
  EXPECT_THAT(after_ehlo({"STARTTLS\r\n"}), StartsWith("502 5.5.1"));
  Login t;
  (void)t.say(ehlo);
  EXPECT_THAT(t.say("STARTTLS now\r\n"), StartsWith("501 5.5.4"));
}

TEST(Received, WithKeywordsOfRfc3848) {
  const auto protocol = [](bool tls, bool login, const char* hello) {
    Login t(true, tls);
    (void)t.say(hello);
    if (login && tls) (void)t.say("AUTH PLAIN " + Login::plain("", "alice", "secret") + "\r\n");
    (void)t.say(message + rcpt_to + "DATA\r\n");
    (void)t.say("a: b\r\n\r\n.\r\n");
    return t.policy.accepted.empty() ? std::string() : t.policy.accepted[0].client.protocol;
  };
  EXPECT_EQ(protocol(false, false, "EHLO x\r\n"), "ESMTP");
  EXPECT_EQ(protocol(true, false, "EHLO x\r\n"), "ESMTPS");
  EXPECT_EQ(protocol(true, true, "EHLO x\r\n"), "ESMTPSA");
  EXPECT_EQ(protocol(true, false, "HELO x\r\n"), "SMTP");
}

TEST(Auth, PlainNeedsTls) {
  Login t;
  (void)t.say(ehlo);
  EXPECT_THAT(t.say("AUTH PLAIN " + Login::plain("", "alice", "secret") + "\r\n"), StartsWith("504 5.5.4"));
  EXPECT_THAT(t.say(message), StartsWith("250"));
  EXPECT_TRUE(t.attempts.empty());
}

TEST(Auth, Plain) {
  for (const char* identity : {"", "alice"}) {
    Login t(true, true);
    (void)t.say(ehlo);
    EXPECT_EQ(t.say("AUTH PLAIN\r\n"), "334 \r\n");
    EXPECT_THAT(t.say(Login::plain(identity, "alice", "secret") + "\r\n"), StartsWith("235 2.7.0"));
    ASSERT_EQ(t.attempts.size(), 1U);
    EXPECT_TRUE(t.attempts[0].ok);
    EXPECT_EQ(t.attempts[0].user, "alice");
    EXPECT_THAT(t.say("AUTH PLAIN\r\n"), StartsWith("503 5.5.1"));
    EXPECT_THAT(t.say(message + rcpt_to), HasSubstr("250 2.1.5"));
  }
}

TEST(Auth, WrongOnesAllLookTheSame) {
  for (const auto& text : {Login::plain("", "alice", "Secret"), Login::plain("", "nobody", "secret"),
                           Login::plain("bob", "alice", "secret"), Login::plain("", "alice", ""),
                           Login::plain("", "", ""), base64_encode(as_bytes("alice secret")), std::string("="),
                           base64_encode(as_bytes(std::string_view("\0alice\0secret\0x", 15)))}) {
    Login t(true, true);
    (void)t.say(ehlo);
    EXPECT_EQ(t.say("auth plain " + text + "\r\n"), "535 5.7.8 authentication failed\r\n") << text;
    EXPECT_EQ(t.session->take_pause(), std::chrono::seconds{1});
    EXPECT_EQ(t.session->take_pause(), Duration{0});
    ASSERT_EQ(t.attempts.size(), 1U);
    EXPECT_FALSE(t.attempts[0].ok);
    EXPECT_THAT(t.say(message), StartsWith("250"));  // may go on without
  }
}

TEST(Auth, SyntaxOfTheExchange) {
  Login t(true, true);
  EXPECT_THAT(t.say("AUTH PLAIN\r\n"), StartsWith("503 5.5.1"));  // before EHLO
  (void)t.say(ehlo);
  EXPECT_THAT(t.say("AUTH\r\n"), StartsWith("501 5.5.4"));
  EXPECT_THAT(t.say("AUTH CRAM-MD5\r\n"), StartsWith("504 5.5.4"));
  EXPECT_EQ(t.say("AUTH PLAIN\r\n"), "334 \r\n");
  EXPECT_THAT(t.say("*\r\n"), StartsWith("501 5.7.0"));
  EXPECT_EQ(t.say("AUTH PLAIN\r\n"), "334 \r\n");
  EXPECT_THAT(t.say("not base64!\r\n"), StartsWith("501 5.5.2"));
  EXPECT_THAT(t.say("AUTH PLAIN AAA=BBB\r\n"), StartsWith("501 5.5.2"));
  EXPECT_THAT(t.say(message), StartsWith("250"));
  EXPECT_THAT(t.say("AUTH PLAIN\r\n"), StartsWith("503 5.5.1"));  // in a transaction
  EXPECT_TRUE(t.attempts.empty());
}

TEST(Auth, LinesUpToTheLimit) {
  const auto answer = [](std::size_t line) {
    Login t(true, true);
    (void)t.say(ehlo);
    (void)t.say("AUTH PLAIN\r\n");
    return t.say(std::string(line - 2, 'A') + "\r\n");
  };
  EXPECT_THAT(answer(limits::auth_line), Not(StartsWith("500")));
  EXPECT_THAT(answer(limits::auth_line + 1), StartsWith("500 5.5.6"));
}

TEST(Auth, WhoTalksBeforeTheChallengeIsCutOff) {
  Login t(true, true);
  (void)t.say(ehlo);
  EXPECT_THAT(t.say("AUTH PLAIN\r\n" + Login::plain("", "alice", "secret") + "\r\n"), StartsWith("421 4.7.0"));
  EXPECT_TRUE(t.session->closed());
}

TEST(Auth, Scram) {
  for (const bool tls : {false, true}) {
    Login t(true, tls);
    (void)t.say(ehlo);
    crypto::ScramClient client("alice", "secret", t.random);
    EXPECT_EQ(t.say("AUTH SCRAM-SHA-256\r\n"), "334 \r\n");
    auto challenge = t.say(base64_encode(as_bytes(client.first())) + "\r\n");
    auto text = base64_strict(challenge.substr(4, challenge.size() - 6));
    ASSERT_TRUE(text);
    challenge = t.say(base64_encode(as_bytes(*client.final(as_text(*text)))) + "\r\n");
    text = base64_strict(challenge.substr(4, challenge.size() - 6));
    ASSERT_TRUE(text);
    EXPECT_TRUE(client.verify(as_text(*text)));
    EXPECT_TRUE(t.attempts.empty());  // not before the client agrees
    EXPECT_THAT(t.say("\r\n"), StartsWith("235 2.7.0"));
    ASSERT_EQ(t.attempts.size(), 1U);
    EXPECT_EQ(t.attempts[0].mechanism, "SCRAM-SHA-256");
  }
}

TEST(Auth, ScramWithAWrongPassword) {
  Login t;
  (void)t.say(ehlo);
  crypto::ScramClient client("alice", "wrong", t.random);
  const auto challenge = t.say("AUTH SCRAM-SHA-256 " + base64_encode(as_bytes(client.first())) + "\r\n");
  const auto text = base64_strict(challenge.substr(4, challenge.size() - 6));
  EXPECT_EQ(t.say(base64_encode(as_bytes(*client.final(as_text(*text)))) + "\r\n"),
            "535 5.7.8 authentication failed\r\n");
}

TEST(Auth, FailuresAreCountedSlowedAndClosed) {
  Login t(true, true);
  (void)t.say(ehlo);
  const auto wrong = "AUTH PLAIN " + Login::plain("", "alice", "guess") + "\r\n";
  for (std::size_t i = 1; i < limits::login_failures; ++i) {
    EXPECT_THAT(t.say(wrong), StartsWith("535"));
    EXPECT_EQ(t.session->take_pause(), std::chrono::seconds{1} * (1 << (i - 1)));
    EXPECT_FALSE(t.session->closed());
  }
  EXPECT_THAT(t.say(wrong), HasSubstr("421 4.7.0"));
  EXPECT_TRUE(t.session->closed());
}

TEST(Auth, AnAddressThatGuessesHasToWait) {
  Login t;
  Client client;
  client.address = "10.9.9.9";
  for (std::size_t i = 1; i < limits::login_failures_per_client; ++i)
    t.logins->tell(client, {"PLAIN", "", false, ""}, t.now);
  EXPECT_FALSE(t.logins->blocked("10.9.9.9", t.now));
  t.logins->tell(client, {"PLAIN", "", false, ""}, t.now);
  EXPECT_TRUE(t.logins->blocked("10.9.9.9", t.now));
  EXPECT_FALSE(t.logins->blocked("10.9.9.8", t.now));
  EXPECT_FALSE(t.logins->blocked("10.9.9.9", t.now + std::chrono::minutes{11}));

  client.address = "10.1.2.3";
  for (std::size_t i = 0; i < limits::login_failures_per_client; ++i)
    t.logins->tell(client, {"PLAIN", "", false, ""}, t.now);
  (void)t.say(ehlo);
  EXPECT_THAT(t.say("AUTH SCRAM-SHA-256\r\n"), StartsWith("454 4.7.0"));
  // Memory is bounded: others push the first out.
  for (std::size_t i = 0; i < limits::login_clients + 1; ++i) {
    client.address = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    t.logins->tell(client, {"PLAIN", "", false, ""}, t.now);
  }
  EXPECT_FALSE(t.logins->blocked("10.1.2.3", t.now));
}

TEST(Auth, TheMailParameterIsTakenAndNotBelieved) {
  Login t(true, true);
  (void)t.say(ehlo);
  EXPECT_THAT(t.say("MAIL FROM:<alice@ship-a.example> AUTH=admiral@fleet.example\r\n"), StartsWith("250"));
  (void)t.say(rcpt_to + "DATA\r\n");
  (void)t.say("a: b\r\n\r\n.\r\n");
  ASSERT_EQ(t.policy.accepted.size(), 1U);
  EXPECT_EQ(t.policy.accepted[0].envelope.auth, "");
}

}  // namespace
}  // namespace longwire::smtp
