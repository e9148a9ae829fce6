#include "node/io/submissions.hpp"

#include <gtest/gtest.h>

namespace longwire::io {
namespace {

struct Answers : smtp::Policy {
  smtp::Reply mail{250, "2.1.0", "ok"}, message{250, "2.0.0", "ok"};
  smtp::Reply on_mail(const smtp::Client&, mail::Envelope& e, Time) override {
    e.from = "seen@example";
    return mail;
  }
  smtp::Reply on_rcpt(const smtp::Client&, const mail::Envelope&, const mail::Recipient& r, Time) override {
    return {550, "5.1.1", r.address};
  }
  smtp::Reply on_message(const smtp::Client&, mail::Envelope, Bytes, Time) override { return message; }
};

smtp::Client client(std::uint64_t session) {
  smtp::Client c;
  c.session = session;
  return c;
}

TEST(SubmissionsTest, AMessageIsOpenFromMailToItsEnd) {
  Answers node;
  Submissions submissions(node);
  mail::Envelope envelope;
  EXPECT_FALSE(submissions.any_open());
  EXPECT_EQ(submissions.on_mail(client(1), envelope, {}).code, 250);
  EXPECT_EQ(envelope.from, "seen@example") << "the node's changes get through";
  submissions.on_mail(client(2), envelope, {});
  EXPECT_EQ(
      submissions.on_rcpt(client(1), envelope, {.address = "x@y", .notify = {}, .orcpt = {}, .other = {}}, {}).text,
      "x@y");
  EXPECT_EQ(submissions.handed_over(), 0U);
  submissions.on_message(client(1), envelope, {}, {});
  EXPECT_EQ(submissions.handed_over(), 1U);
  EXPECT_TRUE(submissions.any_open()) << "the second one is";
  submissions.gone(2);
  EXPECT_FALSE(submissions.any_open());
}

TEST(SubmissionsTest, ARefusedMailOpensNothingAndARefusedMessageStillWaits) {
  Answers node;
  Submissions submissions(node);
  mail::Envelope envelope;
  node.mail.code = 451;
  submissions.on_mail(client(1), envelope, {});
  EXPECT_FALSE(submissions.any_open());
  node.message.code = 452;
  EXPECT_EQ(submissions.on_message(client(1), envelope, {}, {}).code, 452);
  EXPECT_EQ(submissions.handed_over(), 1U);
}

}  // namespace
}  // namespace longwire::io
