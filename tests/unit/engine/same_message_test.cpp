// The same message in two forms reaches a user once; two of one form are two messages.
#include "node/engine/same_message.hpp"

#include <gtest/gtest.h>

namespace longwire::engine {
namespace {

const PmulId shore = *parse_pmul_id("10.66.0.9");
constexpr std::string_view user = "ops@ship.example";
const Time noon = from_unix(1'795'262'400);

Sighting sighting(CameAs form) { return {form, shore, "duty@hq.example", "<m1@hq.example>", "Orders", noon}; }

bool second_is_dropped(const Sighting& first, const Sighting& second, std::string_view recipient = user) {
  store::Store store(":memory:");
  remember_form(store, first, user, noon + std::chrono::hours{1});
  return seen_otherwise(store, second, recipient);
}

TEST(SameMessage, MailAndX400AreToldByTheMessageId) {
  EXPECT_TRUE(second_is_dropped(sighting(CameAs::mail), sighting(CameAs::p1)));
  EXPECT_TRUE(second_is_dropped(sighting(CameAs::p1), sighting(CameAs::mail)));
  auto other = sighting(CameAs::mail);
  other.source = *parse_pmul_id("10.66.0.7");  // a member passed it on
  EXPECT_TRUE(second_is_dropped(sighting(CameAs::p1), other));
}

TEST(SameMessage, DmpAndAnnexEOfOneNodeAreToldByTheTimeOfSubmission) {
  auto dmp = sighting(CameAs::dmp);
  dmp.message_id = "<made.up@MHS>";
  EXPECT_TRUE(second_is_dropped(dmp, sighting(CameAs::p1)));
  EXPECT_TRUE(second_is_dropped(sighting(CameAs::p1), dmp));
  auto later = sighting(CameAs::p1);
  later.submission += std::chrono::seconds{1};
  EXPECT_FALSE(second_is_dropped(dmp, later));
  auto elsewhere = sighting(CameAs::p1);
  elsewhere.source = *parse_pmul_id("10.66.0.7");
  EXPECT_FALSE(second_is_dropped(dmp, elsewhere));
}

TEST(SameMessage, OneFormKnowsItsOwnRepetitions) {
  for (const auto form : {CameAs::mail, CameAs::p1, CameAs::dmp})
    EXPECT_FALSE(second_is_dropped(sighting(form), sighting(form)));
}

TEST(SameMessage, WhoeverMakesUpAMessageIdSilencesNobody) {
  auto other = sighting(CameAs::p1);
  other.subject = "Other orders";
  EXPECT_FALSE(second_is_dropped(sighting(CameAs::mail), other));
  other = sighting(CameAs::p1);
  other.from = "enemy@else.example";
  EXPECT_FALSE(second_is_dropped(sighting(CameAs::mail), other));
  EXPECT_FALSE(second_is_dropped(sighting(CameAs::mail), sighting(CameAs::p1), "other@ship.example"));
  auto nameless = sighting(CameAs::mail);
  nameless.message_id = {};
  EXPECT_FALSE(second_is_dropped(nameless, nameless));
}

}  // namespace
}  // namespace longwire::engine
