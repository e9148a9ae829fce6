// Octets from outside at a node: the vectors, whole and damaged.
#include "annexe/compressed_data.hpp"
#include "crypto/random.hpp"
#include "node/engine/parts.hpp"
#include "tests/unit/vectors.hpp"
#include "x400_node.hpp"

#include <gtest/gtest.h>

namespace longwire::engine {
namespace {

using namespace x400_node;

// The node of the tests, with the users that some of the vectors name.
Config with_ship() {
  auto settings = config();
  x400::OrName ship;
  ship.country = "NO";
  ship.admd = " ";
  ship.prmd = "SHIP";
  settings.gateway.addresses.domains.push_back({"ship.here.example", ship});
  settings.local_domains = {"ship.here.example"};
  return settings;
}

// The vectors made outside.
TEST(X400Vectors, EachEndsWhereItShould) {
  struct Case {
    const char* name;
    std::size_t mails, reports;
    const char* event;
  };
  // 02, 05: two recipients live here, the third at a domain nobody knows. 11 is a receipt for somebody else.
  for (const auto& c :
       {Case{"02-p1-all-extensions", 1, 1, "message_received"}, Case{"03-p1-minimal", 1, 0, "message_received"},
        Case{"04-p1-flash", 1, 0, "message_received"}, Case{"04b-p1-override", 1, 0, "message_received"},
        Case{"05-cdt-level0-stored", 1, 0, "message_received"},
        Case{"06-cdt-content-oid-form", 1, 0, "message_received"}, Case{"07-cdt-external", 0, 0, "unsupported_content"},
        Case{"11-p1-mrn", 0, 0, "delivery_failed"}, Case{"12-report-delivery", 0, 0, "undeliverable_report"},
        Case{"13-report-nondelivery", 0, 0, "undeliverable_report"},
        Case{"14-report-mixed", 0, 0, "undeliverable_report"}, Case{"15-probe", 0, 1, "probe_answered"}}) {
    store::Store store{":memory:"};
    crypto::Drbg keys(as_bytes("parts"));
    Parts parts(with_ship(), store, keys, 1, 1, noon);
    parts.reception.take(arrival(), test::read_hex_vector("s4406/" + std::string(c.name) + ".hex"), noon);
    parts.commit(noon);
    std::size_t mails = 0, reports = 0;
    for (const auto& row : store.live_messages()) {
      const bool report = row.form == store::Form::p1;
      reports += report ? 1U : 0U;
      mails += report ? 0U : 1U;
      EXPECT_EQ(row.rows.at(0).next_hop, report ? "allied" : "") << c.name;
      const auto body = store.body(row.id);
      if (!report && c.name != std::string("03-p1-minimal")) {
        EXPECT_NE(as_text(body).find("MMHS-Primary-Precedence: "), std::string_view::npos) << c.name;
      }
    }
    EXPECT_EQ(mails, c.mails) << c.name;
    EXPECT_EQ(reports, c.reports) << c.name;
    bool told = false;
    std::string all;
    for (const auto& a : parts.core.outbox.take())
      if (const auto* r = std::get_if<action::Report>(&a)) {
        told = told || r->name == c.event;
        all += std::string(r->name) + " " + boost::json::serialize(r->fields) + "\n";
      }
    EXPECT_TRUE(told) << c.name << ": " << all;
  }
}

// Whatever arrives, the node goes on, and what it stored can be read, converted and reported again.
TEST(X400Vectors, DamagedOnesHurtNobody) {
  const auto settings = with_ship();
  Rng chance(7);
  std::size_t stored = 0, converted = 0;
  for (const auto* name : {"02-p1-all-extensions", "04-p1-flash", "06-cdt-content-oid-form", "11-p1-mrn",
                           "12-report-delivery", "14-report-mixed", "15-probe"}) {
    const auto vector = annexe::decode_compressed_data(test::read_hex_vector("s4406/" + std::string(name) + ".hex"));
    ASSERT_TRUE(vector) << name;
    for (int round = 0; round < 100; ++round) {
      auto octets = vector->content;
      const auto wounds = 1 + chance.below(3);
      for (std::uint64_t w = 0; w < wounds; ++w)
        octets[chance.below(octets.size())] ^= static_cast<std::uint8_t>(1 + chance.below(255));
      if (chance.below(8) == 0) octets.resize(chance.below(octets.size()));
      store::Store store{":memory:"};  // fresh: most of them still have the same MTS identifier
      crypto::Drbg keys(as_bytes("parts"));
      Parts parts(settings, store, keys, 1, 1, noon);
      const auto from = arrival(octets.size());
      if (vector->content_type < 0) parts.x400_reception.p772(from, octets, noon);
      else parts.x400_reception.p1(from, octets, noon);
      parts.commit(noon);
      EXPECT_FALSE(parts.core.outbox.empty()) << name << " round " << round << ": silence";
      for (const auto& row : store.live_messages()) {
        std::vector<std::uint32_t> all;
        for (std::uint32_t i = 0; i < row.rows.size(); ++i) all.push_back(i);
        ++stored;
        const auto apdu = parts.boundary.apdu_of(row, all, Boundary::View::as_came, noon);
        converted += apdu.has_value() ? 1U : 0U;
        EXPECT_TRUE(apdu) << name << " round " << round << ": " << apdu.error().name << " " << apdu.error().text;
        EXPECT_TRUE(parts.boundary.mail_of(row, all, Boundary::View::as_came, noon).has_value())
            << name << " round " << round;
        auto* live = parts.core.ledger.find(row.id);
        ASSERT_NE(live, nullptr);
        parts.outcomes.settle_waiting(*live, Transfers::cancelled_verdict(), noon);
      }
      parts.commit(noon);
    }
  }
  EXPECT_GT(converted, 120U);
  EXPECT_EQ(converted, stored);
}

}  // namespace
}  // namespace longwire::engine
