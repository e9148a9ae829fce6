// relay(): one trace element and responsibility bits change, nothing else does.
#include "annexe/compressed_data.hpp"
#include "annexe/x400/p1_json.hpp"
#include "tests/unit/vectors.hpp"
#include "tests/unit/x400/ber_rewrite.hpp"
#include "tests/unit/x400/p1_random.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace longwire::x400 {
namespace {

using test::Rewrite;

const TraceElement& own() {
  static const TraceElement element{
      {"NO", " ", "RELAY2"}, from_unix(1'795'262'500), TraceAction::relayed, {}, {}, {}, 0};
  return element;
}

Bytes apdu(const std::string& vector) {
  const auto octets = test::read_hex_vector("s4406/" + vector + ".hex");
  return octets[0] == 0x30 ? annexe::decode_compressed_data(octets)->content : octets;
}

// What the relayed APDU has to be, by way of the codec.
std::string expected(ByteView in, const std::vector<std::size_t>& responsible) {
  auto decoded = *decode_p1(in);
  const auto change = [&](MessageEnvelope& e) {
    e.trace.push_back(own());
    for (std::size_t i = 0; i < e.recipients.size(); ++i)
      if (std::find(responsible.begin(), responsible.end(), i) == responsible.end())
        e.recipients[i].responsibility = false;
  };
  if (auto* m = std::get_if<Message>(&decoded)) change(m->envelope);
  if (auto* p = std::get_if<Probe>(&decoded)) change(p->envelope);
  if (auto* r = std::get_if<Report>(&decoded)) r->trace.push_back(own());
  return boost::json::serialize(to_json(decoded));
}

std::string relayed(ByteView in, const std::vector<std::size_t>& responsible) {
  const auto out = relay(in, own(), responsible);
  EXPECT_TRUE(out) << (out ? "" : out.error().text);
  if (!out) return "";
  const auto decoded = decode_p1(*out);
  EXPECT_TRUE(decoded) << (decoded ? "" : decoded.error().text);
  return decoded ? boost::json::serialize(to_json(*decoded)) : "";
}

TEST(Relay, OfEveryVector) {
  for (const auto* name : {"02-p1-all-extensions", "03-p1-minimal", "11-p1-mrn", "13-report-nondelivery", "15-probe"})
    for (const auto& responsible : {std::vector<std::size_t>{}, {0}, {2, 1}})
      EXPECT_EQ(relayed(apdu(name), responsible), expected(apdu(name), responsible)) << name;
}

TEST(Relay, OfEveryLegalEncoding) {
  for (const auto* name : {"02-p1-all-extensions", "13-report-nondelivery", "15-probe"})
    for (const auto how :
         {Rewrite::indefinite_lengths, Rewrite::long_lengths, Rewrite::shuffle_sets, Rewrite::segments}) {
      const auto octets = test::rewrite(apdu(name), how);
      EXPECT_EQ(relayed(octets, {1}), expected(octets, {1})) << name;
    }
}

TEST(Relay, OfRandomApdus) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto octets = encode_p1(test::RandomP1(seed).apdu());
    const auto recipient = static_cast<std::size_t>(seed % 3);
    ASSERT_EQ(relayed(octets, {recipient}), expected(octets, {recipient})) << seed;
  }
}

// Octet for octet: what is not a length around the trace, the element itself or a responsibility bit is the same.
TEST(Relay, LeavesIndefiniteLengthsAlone) {
  const auto octets = test::rewrite(apdu("02-p1-all-extensions"), Rewrite::indefinite_lengths);
  const auto out = *relay(octets, own(), {0, 1, 2});
  const auto same_until = std::mismatch(octets.begin(), octets.end(), out.begin()).first - octets.begin();
  const auto added = out.size() - octets.size();
  const auto begin = static_cast<std::size_t>(same_until);
  EXPECT_TRUE(
      std::equal(octets.begin() + same_until, octets.end(), out.begin() + static_cast<std::ptrdiff_t>(begin + added)));
}

// Members of an expanded list all carry the number of the list (X.411): the number does not tell them apart.
TEST(Relay, TellsRecipientsOfOneNumberApart) {
  auto m = std::get<Message>(*decode_p1(apdu("03-p1-minimal")));
  m.envelope.recipients.push_back(m.envelope.recipients.front());
  m.envelope.recipients.back().name.person.surname = "Other";
  const auto out = std::get<Message>(*decode_p1(*relay(encode_p1(m), own(), {1})));
  EXPECT_FALSE(out.envelope.recipients[0].responsibility);
  EXPECT_TRUE(out.envelope.recipients[1].responsibility);
}

TEST(Relay, KeepsRoomOfLongLengths) {
  const auto octets = test::rewrite(apdu("03-p1-minimal"), Rewrite::long_lengths);
  const auto out = *relay(octets, own(), {0});
  EXPECT_EQ(out[0], 0xA0);
  EXPECT_EQ(out[1], 0x85);  // five octets as before
  const auto all = static_cast<std::size_t>(out[3]) << 24 | static_cast<std::size_t>(out[4]) << 16 |
                   static_cast<std::size_t>(out[5]) << 8 | out[6];
  EXPECT_EQ(all, out.size() - 7);
}

TEST(Relay, LengthsThatGrow) {
  // The trace of one element has a short length; with each further one the lengths around it grow.
  auto octets = apdu("03-p1-minimal");
  for (int i = 0; i < 300; ++i) {
    auto next = relay(octets, own(), {0});
    ASSERT_TRUE(next) << i;
    octets = *std::move(next);
  }
  const auto m = std::get<Message>(*decode_p1(octets));
  EXPECT_EQ(m.envelope.trace.size(), 301u);
  EXPECT_EQ(m.content, std::get<Message>(*decode_p1(apdu("03-p1-minimal"))).content);
  EXPECT_EQ(to_hex(encode_p1(m)), to_hex(octets));
}

TEST(Relay, RefusesWhatDecodeRefusesAndAFullTrace) {
  EXPECT_EQ(relay(from_hex("a000").value(), own(), {}).error().name, "missing_element");
  auto m = std::get<Message>(*decode_p1(apdu("03-p1-minimal")));
  m.envelope.trace.assign(limits::trace_elements - 1, own());
  const auto full = relay(encode_p1(m), own(), {});
  ASSERT_TRUE(full);
  EXPECT_EQ(relay(*full, own(), {}).error().name, "bad_value");
}

TEST(Relay, ContentAndIndicatorsInSegments) {
  auto m = std::get<Message>(*decode_p1(apdu("03-p1-minimal")));
  m.content = {1, 2, 3};
  // All around is of indefinite length, so that no length has to be mended.
  auto hex = to_hex(test::rewrite(encode_p1(m), Rewrite::indefinite_lengths));
  hex.replace(hex.find("810200a8"), 8, "a180030100030200a80000");
  hex.replace(hex.find("0403010203"), 10, "2480040101040202030000");
  const auto in = from_hex(hex).value();
  const auto out = *relay(in, own(), {});
  EXPECT_NE(to_hex(out).find("a180030100030200280000"), std::string::npos);
  EXPECT_NE(to_hex(out).find("2480040101040202030000"), std::string::npos);
  EXPECT_FALSE(std::get<Message>(*decode_p1(out)).envelope.recipients[0].responsibility);
}

}  // namespace
}  // namespace longwire::x400
