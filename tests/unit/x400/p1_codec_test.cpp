// Reading of P1 in all its legal encodings and of hostile ones; bounds; round trips of random APDUs.
#include "annexe/compressed_data.hpp"
#include "annexe/x400/p1_json.hpp"
#include "base/utc_time.hpp"
#include "tests/unit/vectors.hpp"
#include "tests/unit/x400/ber_rewrite.hpp"
#include "tests/unit/x400/p1_random.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace longwire::x400 {
namespace {

using test::Rewrite;

Bytes apdu(const std::string& vector) {
  const auto octets = test::read_hex_vector("s4406/" + vector + ".hex");
  return octets[0] == 0x30 ? annexe::decode_compressed_data(octets)->content : octets;
}

const std::vector<std::string>& vectors() {
  static const std::vector<std::string> names{
      "02-p1-all-extensions",  "04-p1-flash",     "11-p1-mrn", "12-report-delivery",
      "13-report-nondelivery", "14-report-mixed", "15-probe"};
  return names;
}

std::string json_of(ByteView in) {
  const auto decoded = decode_p1(in);
  EXPECT_TRUE(decoded) << (decoded ? "" : std::string(decoded.error().name) + " " + decoded.error().text);
  return decoded ? boost::json::serialize(to_json(*decoded)) : "";
}

std::string error_of(ByteView in) {
  const auto decoded = decode_p1(in);
  if (decoded) return "none";
  EXPECT_LE(decoded.error().offset, in.size());
  return std::string(decoded.error().name);
}

// The octets of `what` in place of the first `from`, without mending any length.
Bytes with(Bytes octets, std::string_view from, std::string_view what) {
  auto hex = to_hex(octets);
  const auto at = hex.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return from_hex(hex.replace(at, from.size(), what)).value();
}

TEST(P1Codec, EveryLegalLengthIsTheSame) {
  for (const auto& name : vectors()) {
    const auto octets = apdu(name);
    for (const auto how : {Rewrite::indefinite_lengths, Rewrite::long_lengths}) {
      const auto decoded = decode_p1(test::rewrite(octets, how));
      ASSERT_TRUE(decoded) << name << " " << decoded.error().text;
      // What is kept raw keeps its form.
      EXPECT_EQ(to_hex(test::rewrite(encode_p1(*decoded), Rewrite::der_lengths)), to_hex(octets)) << name;
    }
  }
}

TEST(P1Codec, MembersInAnyOrder) {
  for (const auto& name : vectors()) {
    const auto octets = apdu(name);
    const auto expected = decode_p1(octets);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto shuffled = test::rewrite(octets, Rewrite::shuffle_sets, seed);
      const auto decoded = decode_p1(shuffled);
      ASSERT_TRUE(decoded) << name << " " << seed << " " << decoded.error().text;
      // The label, kept raw, is a SET too and keeps its order.
      if (name == "02-p1-all-extensions") {
        auto& field = std::get<Message>(*decoded).envelope.extensions[3];
        EXPECT_EQ(*decode_label(field.value), *decode_label(std::get<Message>(*expected).envelope.extensions[3].value));
      } else {
        EXPECT_EQ(to_hex(encode_p1(*decoded)), to_hex(octets)) << name << " " << seed;
      }
    }
  }
}

TEST(P1Codec, SegmentedStrings) {
  for (const auto& name : vectors()) {
    if (name == "02-p1-all-extensions") continue;  // holds strings in extensions, which stay as they came
    EXPECT_EQ(json_of(test::rewrite(apdu(name), Rewrite::segments)), json_of(apdu(name))) << name;
  }
  const auto m = std::get<Message>(*decode_p1(test::rewrite(apdu("02-p1-all-extensions"), Rewrite::segments)));
  EXPECT_EQ(m.content, test::read_hex_vector("p772/01-p772-all-extensions.hex"));
  EXPECT_EQ(m.envelope.id.local, "HQN1.001042.26112112");
}

// Context-tagged and APPLICATION strings in segments: content identifier, bit string, time.
TEST(P1Codec, SegmentsUnderImplicitTags) {
  auto m = std::get<Message>(*decode_p1(apdu("02-p1-all-extensions")));
  m.envelope.extensions.clear();
  m.content = {1, 2, 3};
  const auto octets = encode_p1(m);
  const auto expected = json_of(octets);
  const auto replace = [&](std::string_view from, std::string_view what) {
    return with(test::rewrite(octets, Rewrite::indefinite_lengths), from, what);
  };
  EXPECT_EQ(json_of(replace("4a09534954524550303432", "6a80 0404 53495452 2480 0405 4550303432 0000 0000")), expected);
  EXPECT_EQ(json_of(replace("480200a0", "6880 0301 00 0302 00a0 0000")), expected);
  EXPECT_EQ(json_of(replace("800d3236313132313132303030305a", "a0800406323631313231040731323030 30305a0000")),
            expected);
}

TEST(P1Codec, CutOffAnywhere) {
  for (const auto& name : vectors()) {
    const auto octets = apdu(name);
    for (std::size_t n = 0; n < octets.size(); ++n) ASSERT_EQ(error_of(ByteView(octets).first(n)), "truncated") << n;
  }
}

TEST(P1Codec, EveryOctetChanged) {
  for (const auto& name : vectors()) {
    const auto octets = apdu(name);
    for (std::size_t at = 0; at < octets.size(); ++at) {
      constexpr std::uint8_t flips[] = {0x01, 0x20, 0x80, 0xFF, 0x02};
      auto changed = octets;
      changed[at] ^= flips[at % std::size(flips)];
      const auto decoded = decode_p1(changed);
      if (!decoded) {
        EXPECT_FALSE(decoded.error().name.empty());
        EXPECT_LE(decoded.error().offset, changed.size());
        continue;
      }
      const auto written = encode_p1(*decoded);
      const auto again = decode_p1(written);
      ASSERT_TRUE(again) << name << " " << at << " " << again.error().name;
      EXPECT_EQ(to_hex(encode_p1(*again)), to_hex(written)) << name << " " << at;
    }
  }
}

TEST(P1Codec, RandomApdusComeBack) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const auto one = test::RandomP1(seed).apdu();
    const auto octets = encode_p1(one);
    const auto again = decode_p1(octets);
    ASSERT_TRUE(again) << seed << " " << again.error().name << " " << again.error().text;
    ASSERT_EQ(boost::json::serialize(to_json(*again)), boost::json::serialize(to_json(one))) << seed;
    ASSERT_EQ(to_hex(encode_p1(*again)), to_hex(octets)) << seed;
  }
}

// --- what is refused -----------------------------------------------------------------------------------------------

// The element at `path` (child numbers from the APDU down) changed by `edit`, with lengths mended.
template <class Edit>
Bytes edited(ByteView in, const std::vector<std::size_t>& path, Edit edit) {
  const auto doc = ber::Document::read(in);
  const auto build = [&](const auto& self, std::size_t index, std::size_t depth) -> Bytes {
    if (depth == path.size()) return edit(raw(*doc, index));
    ber::Writer w;
    w.begin((*doc)[index].tag);
    const auto children = doc->children(index);
    for (std::size_t i = 0; i < children.size(); ++i)
      w.raw(i == path[depth] ? self(self, children[i], depth + 1) : raw(*doc, children[i]));
    w.end();
    return w.finish();
  };
  return build(build, 0, 0);
}

Bytes twice(Bytes element) {
  const auto copy = element;
  element.insert(element.end(), copy.begin(), copy.end());
  return element;
}
Bytes nothing(const Bytes& /*element*/) { return {}; }
auto instead(std::string_view hex) {
  return [octets = from_hex(hex).value()](const Bytes& /*element*/) { return octets; };
}

TEST(P1Refuses, MissingMembers) {
  const auto m = apdu("04-p1-flash");
  // id, originator, content type, priority, trace, extensions, recipients
  const char* expected[] = {"missing_element", "missing_element", "missing_element", "none", "missing_element", "none",
                            "missing_element"};
  for (std::size_t i = 0; i < std::size(expected); ++i)
    EXPECT_EQ(error_of(edited(m, {0, i}, nothing)), expected[i]) << i;
  EXPECT_EQ(error_of(edited(m, {0}, nothing)), "missing_element");
  EXPECT_EQ(error_of(edited(m, {1}, nothing)), "missing_element");
  for (std::size_t i = 0; i < 3; ++i)  // of the recipient: name, number, indicators
    EXPECT_EQ(error_of(edited(m, {0, 6, 0, i}, nothing)), "missing_element") << i;
  EXPECT_EQ(error_of(edited(m, {0, 6, 0}, nothing)), "missing_element");        // no recipient at all
  EXPECT_EQ(error_of(edited(m, {0, 4, 0, 0}, nothing)), "missing_element");     // trace: domain
  EXPECT_EQ(error_of(edited(m, {0, 4, 0, 1}, nothing)), "missing_element");     // trace: what the domain supplied
  EXPECT_EQ(error_of(edited(m, {0, 4, 0, 1, 0}, nothing)), "missing_element");  // trace: arrival
  EXPECT_EQ(error_of(edited(m, {0, 5, 0, 0}, nothing)), "missing_element");     // extension: type
  EXPECT_EQ(error_of(edited(m, {0, 0, 0}, nothing)), "missing_element");        // identifier: domain
  EXPECT_EQ(error_of(edited(m, {0, 0, 1}, nothing)), "missing_element");        // identifier: local
  EXPECT_EQ(error_of(edited(m, {0, 1, 0}, nothing)), "missing_element");        // O/R name: standard attributes
  const auto r = apdu("12-report-delivery");
  EXPECT_EQ(error_of(edited(r, {1}, nothing)), "missing_element");
  for (const std::size_t i : {0U, 3U})  // subject, recipients
    EXPECT_EQ(error_of(edited(r, {1, i}, nothing)), "missing_element") << i;
  for (std::size_t i = 0; i < 4; ++i)  // of the recipient
    EXPECT_EQ(error_of(edited(r, {1, 3, 0, i}, nothing)), "missing_element") << i;
  for (std::size_t i = 0; i < 2; ++i)  // of its last trace: arrival, report type
    EXPECT_EQ(error_of(edited(r, {1, 3, 0, 3, i}, nothing)), "missing_element") << i;
}

TEST(P1Refuses, MembersTwice) {
  const auto m = apdu("04-p1-flash");
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(error_of(edited(m, {0, i}, twice)), "duplicate_element") << i;
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(error_of(edited(m, {0, 6, 0, i}, twice)), "duplicate_element") << i;
  EXPECT_EQ(error_of(edited(m, {0, 5, 0}, twice)), "duplicate_element");        // two extensions of one type
  EXPECT_EQ(error_of(edited(m, {0, 4, 0, 1, 0}, twice)), "duplicate_element");  // arrival
  EXPECT_EQ(error_of(edited(m, {0, 4, 0}, twice)), "none");                     // two trace elements
  EXPECT_EQ(error_of(edited(m, {0, 2}, instead("460102 06022a03"))), "duplicate_element");  // both content types
  EXPECT_EQ(error_of(edited(m, {1}, twice)), "missing_element");
}

TEST(P1Refuses, WrongValues) {
  const auto m = apdu("04-p1-flash");
  const auto recipient = [&](std::size_t member, std::string_view hex) {
    return error_of(edited(m, {0, 6, 0, member}, instead(hex)));
  };
  EXPECT_EQ(recipient(1, "800100"), "bad_value");  // number 0
  EXPECT_EQ(recipient(1, "80027fff"), "none");     // 32767
  EXPECT_EQ(recipient(1, "8003008000"), "bad_value");
  EXPECT_EQ(recipient(1, "80050100000001"), "bad_value");
  EXPECT_EQ(recipient(1, "8000"), "bad_length");
  EXPECT_EQ(recipient(2, "810208a8"), "bad_value");  // 8 unused bits
  EXPECT_EQ(recipient(2, "8100"), "bad_value");
  EXPECT_EQ(error_of(edited(m, {0, 3}, instead("470103"))), "bad_value");  // priority 3
  const auto arrival = [&](std::string_view hex) { return error_of(edited(m, {0, 4, 0, 1, 0}, instead(hex))); };
  EXPECT_EQ(arrival("800d 3236313132313132303030305b"), "bad_time");
  EXPECT_EQ(arrival("800b 323631313231313230305a"), "none");  // without seconds
  EXPECT_EQ(arrival("8011 3236313132313133303030302b30313030"), "none");
  EXPECT_EQ(error_of(edited(m, {0, 4, 0, 1, 1}, instead("820102"))), "bad_value");  // routing action 2
  EXPECT_EQ(error_of(edited(m, {0, 0, 1}, instead("1601e6"))), "bad_string");
  EXPECT_EQ(error_of(edited(m, {0, 0, 1}, instead("1600"))), "bad_value");
  EXPECT_EQ(error_of(edited(m, {0, 2}, instead("0601 86"))), "bad_oid");
  EXPECT_EQ(error_of(edited(m, {0, 6}, instead("8200"))), "missing_element");  // recipients not constructed
  EXPECT_EQ(error_of(edited(m, {0, 5, 0, 0}, instead("800101 830129"))), "missing_element");  // two types
  EXPECT_EQ(error_of(edited(m, {0, 5, 0, 0}, instead("8001ff"))), "bad_value");               // type -1
  EXPECT_EQ(error_of(edited(m, {0, 5, 0, 1}, instead("a206 0a0100 0a0100"))), "bad_length");  // two values
  EXPECT_EQ(error_of(edited(m, {0, 6, 0}, instead("3000"))), "bad_tag");        // a SEQUENCE for a recipient
  EXPECT_EQ(error_of(edited(m, {0, 1, 0, 0}, instead("6100"))), "bad_length");  // country without a string
  EXPECT_EQ(error_of(edited(m, {0, 1, 0, 0}, instead("a900"))), "bad_tag");     // no place in standard attributes
}

TEST(P1Refuses, WhatIsNoApdu) {
  EXPECT_EQ(error_of({}), "truncated");
  EXPECT_EQ(error_of(from_hex("3000").value()), "bad_tag");
  EXPECT_EQ(error_of(from_hex("a300").value()), "bad_tag");
  EXPECT_EQ(error_of(from_hex("8000").value()), "bad_tag");
  EXPECT_EQ(error_of(from_hex("a000").value()), "missing_element");
  EXPECT_EQ(error_of(from_hex("a100").value()), "missing_element");
  EXPECT_EQ(error_of(from_hex("a200").value()), "missing_element");
  auto octets = apdu("15-probe");
  octets.push_back(0);
  EXPECT_EQ(error_of(octets), "trailing_octets");
  Bytes deep;
  for (int i = 0; i < 100'000; ++i) deep.insert(deep.end(), {0xA0, 0x80});
  EXPECT_EQ(error_of(deep), "too_deep");
  Bytes wide{0xA0, 0x80};
  for (std::size_t i = 0; i <= limits::p1_elements; ++i) wide.insert(wide.end(), {0x05, 0x00});
  EXPECT_EQ(error_of(wide), "too_many_elements");
}

TEST(P1Refuses, ReportWithoutOutcome) {
  const auto r = apdu("12-report-delivery");
  EXPECT_EQ(error_of(edited(r, {1, 3, 0, 3, 1}, instead("a102 a200"))), "bad_tag");
  EXPECT_EQ(error_of(edited(r, {1, 3, 0, 3, 1}, instead("a102 a100"))), "missing_element");
  EXPECT_EQ(error_of(edited(r, {0}, instead("3000"))), "bad_tag");
}

// --- what is kept --------------------------------------------------------------------------------------------------

TEST(P1Codec, UnknownElementsAndExtensionsAreKept) {
  const auto m = apdu("04-p1-flash");
  const auto unknown = "9f2a0101 b980 0500 0000";
  auto octets = edited(m, {0, 6}, [&](Bytes element) {
    const auto more = from_hex(unknown).value();
    element.insert(element.end(), more.begin(), more.end());
    return element;
  });
  auto decoded = decode_p1(octets);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<Message>(*decoded).envelope.unknown,
            (std::vector<Bytes>{from_hex("9f2a0101").value(), from_hex("b98005000000").value()}));
  EXPECT_EQ(to_hex(encode_p1(*decoded)), to_hex(octets));
  // An extension nobody knows, critical for everything, with a value of a private tag, and one without a value.
  octets = edited(m, {0, 5, 0}, instead("300d 800163 8102 05e0 a204 df1f01aa 3003 800162"));
  decoded = decode_p1(octets);
  ASSERT_TRUE(decoded) << decoded.error().text;
  const auto& extensions = std::get<Message>(*decoded).envelope.extensions;
  ASSERT_EQ(extensions.size(), 2u);
  EXPECT_EQ(extensions[0], (ExtensionField{99, {}, 0xE0, from_hex("df1f01aa").value()}));
  EXPECT_EQ(extensions[1], (ExtensionField{98, {}, 0, {}}));
  EXPECT_EQ(to_hex(encode_p1(*decoded)), to_hex(octets));
}

TEST(P1Codec, ZonesBecomeUtc) {
  const auto octets =
      edited(apdu("04-p1-flash"), {0, 4, 0, 1, 0}, instead("800f 323631313231313330302b30313330"));  // 1300+0130
  const auto decoded = decode_p1(octets);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(format_utc_time(std::get<Message>(*decoded).envelope.trace[0].arrival), "261121113000Z");
}

// --- bounds --------------------------------------------------------------------------------------------------------

TEST(P1Bounds, Recipients) {
  Message m;
  m.envelope.id = {{"NO", " ", ""}, "1"};
  m.envelope.recipients.resize(limits::x400_recipients);
  for (std::size_t i = 0; i < m.envelope.recipients.size(); ++i) {
    m.envelope.recipients[i].number = static_cast<int>(i) + 1;
    m.envelope.recipients[i].name.country = "NO";
    m.envelope.recipients[i].name.person.surname = "X";
  }
  auto octets = encode_p1(m);
  const auto decoded = decode_p1(octets);
  ASSERT_TRUE(decoded) << decoded.error().name;
  EXPECT_EQ(std::get<Message>(*decoded).envelope.recipients.size(), limits::x400_recipients);
  m.envelope.recipients.push_back(m.envelope.recipients.back());
  EXPECT_EQ(error_of(encode_p1(m)), "too_many_recipients");
}

TEST(P1Bounds, StringsAndLists) {
  const auto good = std::get<Message>(*decode_p1(apdu("04-p1-flash")));
  const auto error_with = [&good](auto change) {
    auto m = good;
    change(m.envelope);
    return error_of(encode_p1(m));
  };
  const auto at_and_beyond = [&](auto change, std::size_t limit, const char* name = "bad_value") {
    EXPECT_EQ(error_with([&](MessageEnvelope& e) { change(e, limit); }), "none") << limit;
    EXPECT_EQ(error_with([&](MessageEnvelope& e) { change(e, limit + 1); }), name) << limit;
  };
  at_and_beyond([](auto& e, std::size_t n) { e.id.local.assign(n, 'x'); }, limits::mts_local_id);
  at_and_beyond([](auto& e, std::size_t n) { e.content_id.assign(n, 'x'); }, limits::mts_content_id);
  at_and_beyond([](auto& e, std::size_t n) { e.originator.organization.assign(n, 'x'); }, limits::or_attribute);
  at_and_beyond([](auto& e, std::size_t n) { e.originator.units.assign(n, "x"); }, limits::or_units);
  at_and_beyond(
      [](auto& e, std::size_t n) {
        e.originator.domain_defined.assign(n, {"a", "b"});
      },
      limits::or_domain_defined);
  at_and_beyond([](auto& e, std::size_t n) { e.trace.assign(n, e.trace[0]); }, limits::trace_elements);
  auto r = std::get<Report>(*decode_p1(apdu("12-report-delivery")));
  r.recipients[0].supplementary.assign(limits::report_supplementary, 'x');
  EXPECT_EQ(error_of(encode_p1(r)), "none");
  r.recipients[0].supplementary += 'x';
  EXPECT_EQ(error_of(encode_p1(r)), "bad_value");
}

// Nested as deep as may be, and one deeper.
TEST(P1Bounds, Depth) {
  const auto nested = [](std::size_t depth) {
    auto m = std::get<Message>(*decode_p1(apdu("04-p1-flash")));
    ber::Writer w;
    for (std::size_t i = 0; i < depth; ++i) w.begin(ber::sequence_tag);
    for (std::size_t i = 0; i < depth; ++i) w.end();
    m.envelope.unknown = {w.finish()};
    return encode_p1(m);
  };
  EXPECT_EQ(error_of(nested(limits::ber_depth - 2)), "none");
  EXPECT_EQ(error_of(nested(limits::ber_depth - 1)), "too_deep");
}

TEST(P1Precedence, SixLevels) {
  for (int i = 0; i < precedence_levels; ++i) {
    const auto level = static_cast<Precedence>(i);
    MessageEnvelope e;
    set_precedence(e, level);
    EXPECT_EQ(precedence_of(e), level);
    EXPECT_EQ(static_cast<int>(e.priority), row(level).x400);
    set_precedence(e, level);
    EXPECT_EQ(e.extensions.size(), 1u);
  }
}

TEST(P1Precedence, MissingOrStrangeQualifierIsLow) {
  MessageEnvelope e;
  EXPECT_EQ(precedence_of(e), Precedence::priority);
  e.priority = Priority::urgent;
  EXPECT_EQ(precedence_of(e), Precedence::flash);
  e.priority = Priority::non_urgent;
  EXPECT_EQ(precedence_of(e), Precedence::deferred);
  for (const auto* value : {"", "0a0102", "0a", "0500", "0a00"}) {
    e.extensions = {{-1, std::string(ext_priority_level_qualifier), 0, from_hex(value).value()}};
    EXPECT_EQ(precedence_of(e), Precedence::deferred) << value;
  }
}

}  // namespace
}  // namespace longwire::x400
