#include "crypto/scram.hpp"
#include "tests/unit/counting_random.hpp"

#include "base/base64.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace longwire::crypto {
namespace {

// Chance that comes out as the nonces somebody else drew (scram.cpp: make_nonce).
class Nonces : public Random {
 public:
  explicit Nonces(std::string text) : text_(std::move(text)) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) {
      const char c = text_.at(at_++ % text_.size());
      octet = static_cast<std::uint8_t>((c > ',' ? c - 1 : c) - '!');
    }
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

// RFC 7677 3.
constexpr const char* client_nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr const char* server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr const char* client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr const char* server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr const char* client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr const char* server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

UserFile rfc_users() {
  // The salt of the example; chance gives it to make_user().
  class Salt : public Random {
    void fill(std::span<std::uint8_t> out) override {
      const auto salt = *base64_strict("W22ZaJ0SNY7soEsUEjb6gQ==");
      ASSERT_EQ(out.size(), salt.size());
      std::copy(salt.begin(), salt.end(), out.begin());
    }
  } salt;
  return *UserFile::read(format_user(*make_user("user", "pencil", 4096, salt)) + "\n");
}

using Kind = ScramServer::Step::Kind;

TEST(ScramClient, TheExampleOfRfc7677) {
  Nonces random(client_nonce);
  ScramClient client("user", "pencil", random);
  EXPECT_EQ(client.first(), client_first);
  EXPECT_EQ(client.final(server_first), client_final);
  EXPECT_TRUE(client.verify(server_final));
  EXPECT_FALSE(client.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="));
  EXPECT_FALSE(client.verify("e=other-error"));
  EXPECT_FALSE(client.verify(""));
}

TEST(ScramServer, TheExampleOfRfc7677) {
  const auto users = rfc_users();
  Nonces random(server_nonce);
  ScramServer server(users, random);
  const auto challenge = server.first(client_first);
  EXPECT_EQ(challenge.kind, Kind::challenge);
  EXPECT_EQ(challenge.text, server_first);
  const auto done = server.final(client_final);
  EXPECT_EQ(done.kind, Kind::success);
  EXPECT_EQ(done.text, server_final);
  EXPECT_EQ(done.user, "user");
  // Nothing is said twice.
  EXPECT_EQ(server.final(client_final).kind, Kind::failure);
  EXPECT_EQ(server.first(client_first).kind, Kind::failure);
}

TEST(ScramServer, AWrongProofNonceOrBindingFails) {
  const auto users = rfc_users();
  const std::string good = client_final;
  const auto tried = [&](std::string final) {
    Nonces random(server_nonce);
    ScramServer server(users, random);
    EXPECT_EQ(server.first(client_first).kind, Kind::challenge);
    return server.final(final).kind;
  };
  const auto changed = [&](const std::string& from, const std::string& to) {
    auto text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_EQ(tried(good), Kind::success);
  EXPECT_EQ(tried(changed("p=dHz", "p=eHz")), Kind::failure);
  EXPECT_EQ(tried(changed("k0,", "k1,")), Kind::failure);
  EXPECT_EQ(tried(changed("c=biws", "c=eSws")), Kind::failure);  // "y,,", but it had said "n,,"
  EXPECT_EQ(tried(changed("c=biws,", "")), Kind::failure);
  EXPECT_EQ(tried(changed("c=biws", "m=x,c=biws")), Kind::failure);
  EXPECT_EQ(tried(changed("VQ=", "VR=")), Kind::failure);  // unused bits
  EXPECT_EQ(tried(""), Kind::failure);
  EXPECT_EQ(tried(good + "," + std::string(limits::scram_message, 'x')), Kind::failure);
}

TEST(ScramServer, FirstMessagesThatMustFail) {
  const auto users = rfc_users();
  test::CountingRandom random(7);
  for (const char* text : {"",
                           "n",
                           "n,",
                           "n,,",
                           "x,,n=user,r=abc",
                           "p=tls-unique,,n=user,r=abc",
                           "n,a=other,n=user,r=abc",
                           "n,b,n=user,r=abc",
                           "n,,m=ext,n=user,r=abc",
                           "n,,n=user",
                           "n,,n=,r=abc",
                           "n,,n=us=er,r=abc",
                           "n,,n=us=2Der,r=abc",
                           "n,,n=user,r=",
                           "n,,n=user,r=a b",
                           "n,,n=user,r=abc,",
                           "n,,n=user,r=abc,m=x",
                           "n,,n=us\xc3\xa9r,r=abc",
                           "n,,n=us\xff,r=abc",
                           "n,,r=abc,n=user",
                           "y,,n=us er,r=abc"}) {
    ScramServer server(users, random);
    EXPECT_EQ(server.first(text).kind, Kind::failure) << text;
    EXPECT_EQ(server.final(client_final).kind, Kind::failure) << text;
  }
  for (const char* text : {"y,,n=user,r=abc", "n,a=user,n=user,r=abc", "n,,n=user,r=abc,x=1"}) {
    ScramServer server(users, random);
    EXPECT_EQ(server.first(text).kind, Kind::challenge) << text;
  }
  const auto nonce = [&](std::size_t size) {
    ScramServer server(users, random);
    return server.first("n,,n=user,r=" + std::string(size, 'x')).kind;
  };
  EXPECT_EQ(nonce(limits::scram_nonce), Kind::challenge);
  EXPECT_EQ(nonce(limits::scram_nonce + 1), Kind::failure);
}

TEST(ScramServer, AnUnknownUserLooksLikeAnyOther) {
  const auto users = rfc_users();
  test::CountingRandom random(7);
  const auto salt_of = [&](const char* name) {
    ScramServer server(users, random);
    const auto step = server.first("n,,n=" + std::string(name) + ",r=abc");
    EXPECT_EQ(step.kind, Kind::challenge);
    return step.text.substr(step.text.find(",s="));
  };
  EXPECT_EQ(salt_of("nobody"), salt_of("nobody"));
  EXPECT_NE(salt_of("nobody"), salt_of("somebody"));
  EXPECT_EQ(salt_of("nobody").size(), salt_of("user").size());

  ScramServer server(users, random);
  ScramClient client("nobody", "pencil", random);
  const auto final = client.final(server.first(client.first()).text);
  ASSERT_TRUE(final);
  EXPECT_EQ(server.final(*final).kind, Kind::failure);
}

TEST(Scram, BothSidesTogetherWithNamesThatNeedQuoting) {
  test::CountingRandom random(7);
  for (const char* name : {"alice@ship-a.example", "a,b=c", "x"}) {
    const auto users = *UserFile::read(format_user(*make_user(name, "a long pass,word=", 4096, random)));
    ScramServer server(users, random);
    ScramClient client(name, "a long pass,word=", random);
    const auto challenge = server.first(client.first());
    ASSERT_EQ(challenge.kind, Kind::challenge);
    const auto final = client.final(challenge.text);
    ASSERT_TRUE(final);
    const auto done = server.final(*final);
    EXPECT_EQ(done.kind, Kind::success);
    EXPECT_EQ(done.user, name);
    EXPECT_TRUE(client.verify(done.text));
    ScramServer again(users, random);
    ScramClient wrong(name, "another", random);
    EXPECT_EQ(again.final(*wrong.final(again.first(wrong.first()).text)).kind, Kind::failure);
  }
}

TEST(ScramClient, RefusesWhatAFalseServerSays) {
  for (const char* text :
       {"", "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=!!!!,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=200001",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1", "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==",
        "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "e=other-error"}) {
    Nonces random(client_nonce);
    ScramClient client("user", "pencil", random);
    EXPECT_FALSE(client.final(text)) << text;
    EXPECT_FALSE(client.verify(server_final)) << text;
  }
}

}  // namespace
}  // namespace longwire::crypto
