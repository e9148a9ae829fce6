// What layers may cost: how many, how large compressed content may come out, and what a compact triple wrap adds.
#include "base/limits.hpp"
#include "crypto/cms/content_info.hpp"
#include "crypto/smime/compressed_data.hpp"
#include "tests/unit/smime/triple.hpp"

namespace longwire::crypto::smime {
namespace {

using namespace test;

TEST(Limits, LayersAtTheLimitAndOneBeyond) {
  SeededRandom random;
  const auto& p = people();
  Protection how;
  how.outer_sign = true;
  how.outer_signers = {p.alice_ec.signer()};
  how.now = today;
  how.compact = true;
  auto entity = mail_entity();
  Reader reader({&p.alice_ec});
  for (std::size_t i = 0; i < 8; ++i) entity = *protect(entity, how, random);
  const auto at = reader.entity(entity);
  ASSERT_TRUE(at);
  EXPECT_EQ(at->layers.size(), 8U);
  EXPECT_TRUE(at->complete);
  entity = *protect(entity, how, random);
  EXPECT_EQ(reader.entity(entity).error().name, "too_many_layers");
}

TEST(Compression, BombsAndOtherAlgorithms) {
  Reader reader;
  const auto packed = [](ByteView content) {
    return cms::encode_content_info(oid::compressed_data, encode_compressed_data(oid::data, content, zlib()));
  };
  EXPECT_EQ(reader.content(packed(Bytes(limits::inflated_octets, 'x')))->content.size(), limits::inflated_octets);
  EXPECT_EQ(reader.content(packed(Bytes(limits::inflated_octets + 1, 'x'))).error().name, "too_large");
  auto other = packed(to_bytes("hello"));
  const Bytes zlib_end{0x10, 0x03, 0x08};  // of the OID of the algorithm
  const auto at = std::search(other.begin(), other.end(), zlib_end.begin(), zlib_end.end());
  ASSERT_NE(at, other.end());
  *(at + 2) = 0x09;
  EXPECT_EQ(reader.content(other).error().name, "unsupported_algorithm");
  reader.options.compressor = nullptr;
  const auto closed = reader.content(packed(to_bytes("hello")));
  EXPECT_EQ(closed->layers[0].problem, "no_compressor");
  EXPECT_FALSE(closed->complete);
}

TEST(Compression, WhatDoesNotShrinkIsNotCompressed) {
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  how.compress = true;
  how.compressor = &zlib();
  how.form = Form::bare;
  Reader reader({&p.bob_ec});
  const auto noise = random_octets(random, 1000);
  EXPECT_EQ(reader.content(*protect(noise, how, random))->layers.size(), 3U);
  EXPECT_EQ(reader.content(*protect(Bytes(1000, 'x'), how, random))->layers.size(), 4U);
}

// The aim of the compact profile: a mail of 1 kB as people write it, three layers, one recipient.
TEST(Compact, TripleWrapAddsAtMost520Octets) {
  SeededRandom random;
  const auto& p = people();
  std::string text =
      "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
      "The convoy passed the northern boom at 1412 and is now 38 nautical miles west of the light. Speed of advance is "
      "11 knots because the tanker runs on one shaft. Fuel state of the escorts is between 61 and 78 percent; the "
      "helicopter is unserviceable until a gearbox seal has been replaced, probably tomorrow noon. Wind south-west 7, "
      "gusting 9, sea state 5, visibility below two miles in showers. The barometer has fallen nine millibars since "
      "morning. Two fishing vessels, identified by lights and by voice. One unidentified air track crossed from east "
      "to "
      "west at 1533 above 20000 feet and did not answer on guard. Rendezvous with the replenishment group at first "
      "light, "
      "then course 285. Request the forecast for the strait and an answer about the spare seal before 0400. Satellite "
      "pass at 1620 was lost to rain; HF on 6.3 megahertz is workable. No casualties. Next report at midnight, earlier "
      "if "
      "the track comes back or the fishing vessels close the formation. Time of this report is 211800Z.\r\n";
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  how.form = Form::bare;
  how.compact = how.compress = true;
  how.compressor = &zlib();
  how.label.reset();
  how.outer_label.reset();
  ASSERT_NEAR(static_cast<double>(text.size()), 1024, 40);
  const auto made = *protect_entity(as_bytes(text), how, random);
  EXPECT_LE(made.size(), text.size() + 520);
  Reader reader({&p.bob_ec, &p.alice_ec, &p.gateway_ec});
  reader.options.decrypt.keys.resize(1);
  EXPECT_EQ(as_text(reader.entity(made)->content), text);
}

}  // namespace
}  // namespace longwire::crypto::smime
