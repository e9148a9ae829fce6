#include "annexe/compressed_data.hpp"

#include "annexe/inflate.hpp"
#include "base/ber.hpp"
#include "base/rng.hpp"
#include "mail/mule.hpp"
#include "tests/unit/annexe/allocations.hpp"
#include "tests/unit/vectors.hpp"

#include <gtest/gtest.h>

namespace longwire::annexe {
namespace {

std::string failure(ByteView in, std::size_t most = limits::inflated_octets) {
  const auto r = decode_compressed_data(in, most);
  return r ? "" : std::string(r.error().name) + '@' + std::to_string(r.error().offset);
}

std::string failure_hex(std::string_view hex) { return failure(from_hex(hex).value()); }

// The zlib stream of no octets at all, the smallest content for hand-made BER.
const std::string empty_zlib = "789c030000000001";

// One BER element in hex with a short length.
std::string tlv(const std::string& tag, const std::string& content) {
  return tag + to_hex(Bytes{static_cast<std::uint8_t>(content.size() / 2)}) + content;
}

// A CompressedData of these parts, in hex.
std::string cdt(const std::string& algorithm, const std::string& type, const std::string& content) {
  return tlv("30", algorithm + tlv("30", type + content));
}

const std::string zlib_short = "800100";
const std::string mule_short = "800119";

std::string cdt_of(const std::string& zlib) { return cdt(zlib_short, mule_short, tlv("a0", tlv("04", zlib))); }

TEST(CompressedData, MuleVectorsInBothStyles) {
  const auto text = test::read_vector("mule/mule_text.txt");
  for (const auto& [file, style] : {std::pair{"mule/40_data_mule_message.hex", TagStyle::implicit_tags},
                                    std::pair{"mule/41_data_mule_explicit_tags.hex", TagStyle::explicit_tags}}) {
    const auto pdu = test::read_hex_vector(file);
    const auto data = ByteView(pdu).subspan(16);  // behind the Data_PDU header
    const auto r = decode_compressed_data(data);
    ASSERT_TRUE(r) << r.error().name;
    EXPECT_EQ(r->tags, style);
    EXPECT_EQ(r->content_type, content_type_mule);
    EXPECT_EQ(r->content, text);
    EXPECT_EQ(r->compressed_octets, 0xF9u);
    const auto again = encode_compressed_data(content_type_mule, text, style);
    EXPECT_EQ(Bytes(again.begin(), again.begin() + 12), Bytes(data.begin(), data.begin() + 12)) << "BER header";
    EXPECT_EQ(decode_compressed_data(again)->content, text);
  }
}

TEST(CompressedData, AnnexEVectors) {
  const auto p1 = decode_compressed_data(test::read_hex_vector("cdt/02-p1-all-extensions.hex"));
  ASSERT_TRUE(p1);
  EXPECT_EQ(p1->content_type, content_type_p1);
  EXPECT_EQ(p1->content, test::read_hex_vector("cdt/02b-p1-all-extensions-raw.hex"));
  const auto stored = decode_compressed_data(test::read_hex_vector("cdt/05-cdt-level0-stored.hex"));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->content_type, 2);
  EXPECT_EQ(stored->content.size(), 0x1D1u);
  const auto oid = decode_compressed_data(test::read_hex_vector("cdt/06-cdt-content-oid-form.hex"));
  ASSERT_TRUE(oid);
  EXPECT_EQ(oid->content_type, -1);
  EXPECT_EQ(oid->content_type_oid, "1.3.26.0.4406.0.4.1");
  const auto external = decode_compressed_data(test::read_hex_vector("cdt/07-cdt-external.hex"));
  ASSERT_TRUE(external);
  EXPECT_EQ(external->content_type, 1);
  EXPECT_EQ(as_text(external->content),
            "\x16\x0D"
            "ANY BER VALUE");
}

TEST(CompressedData, EveryBerFormIsRead) {
  const std::string segments = tlv("24", tlv("04", "789c0300") + tlv("04", "00000001"));
  const std::vector<std::string> forms{
      cdt_of(empty_zlib),
      "3080 800100 3080 800119 a080 0408" + empty_zlib + "0000 0000 0000",  // indefinite lengths
      "3083000019 80810100 308112 800119 a082000b 048108" + empty_zlib,     // long length forms
      cdt(zlib_short, mule_short, tlv("a0", segments)),
      cdt("a003020100", "a003020119", tlv("a0", segments)),
      "3080 800100 3080 800119 a080 2480 040178 2406 04049c030000 0403000001 0000 0000 0000 0000",
  };
  for (const auto& hex : forms) {
    std::string digits = hex;
    std::erase(digits, ' ');
    const auto r = decode_compressed_data(from_hex(digits).value());
    ASSERT_TRUE(r) << hex << ": " << r.error().name << '@' << r.error().offset << ' ' << r.error().text;
    EXPECT_TRUE(r->content.empty());
    EXPECT_EQ(r->content_type, 25);
    EXPECT_EQ(r->compressed_octets, 8u);
  }
}

TEST(CompressedData, AlgorithmByOid) {
  const std::string oid = "2a864886f70d0109100308";  // 1.2.840.113549.1.9.16.3.8
  const auto content = tlv("a0", tlv("04", empty_zlib));
  EXPECT_EQ(failure_hex(cdt(tlv("81", oid), mule_short, content)), "");
  EXPECT_EQ(failure_hex(cdt(tlv("a1", tlv("06", oid)), "a003020119", content)), "");
  EXPECT_EQ(failure_hex(cdt(tlv("81", "2a"), mule_short, content)), "unknown_algorithm@2");
}

// Offsets: algorithm at 2, the inner SEQUENCE at 5, content type at 7, [0] at 10, OCTET STRING at 12, zlib at 14.
TEST(CompressedData, NamedErrors) {
  const auto content = tlv("a0", tlv("04", empty_zlib));
  const auto whole = cdt_of(empty_zlib);
  ASSERT_EQ(whole.size() / 2, 22u);
  const auto pair = tlv("30", mule_short + content);
  EXPECT_EQ(failure({}), "truncated@0");
  EXPECT_EQ(failure_hex("30"), "truncated@1");
  EXPECT_EQ(failure_hex(whole.substr(0, 42)), "truncated@21");
  EXPECT_EQ(failure_hex(tlv("30", zlib_short)), "truncated@5");                           // no content info
  EXPECT_EQ(failure_hex(tlv("30", zlib_short + tlv("30", mule_short))), "truncated@10");  // no content
  EXPECT_EQ(failure_hex(cdt(zlib_short, mule_short, "a000")), "truncated@12");            // no OCTET STRING
  EXPECT_EQ(failure_hex(tlv("31", zlib_short + pair)), "bad_tag@0");                      // a SET
  EXPECT_EQ(failure_hex(tlv("30", zlib_short + tlv("31", mule_short + content))), "bad_tag@5");
  EXPECT_EQ(failure_hex(cdt("820100", mule_short, content)), "bad_tag@2");        // [2]
  EXPECT_EQ(failure_hex(cdt("020100", mule_short, content)), "bad_tag@2");        // universal
  EXPECT_EQ(failure_hex(cdt("a003040100", "a003020119", content)), "bad_tag@2");  // not an INTEGER
  EXPECT_EQ(failure_hex(cdt("a003020100", mule_short, content)), "bad_tag@9");    // mixed styles
  EXPECT_EQ(failure_hex(cdt(zlib_short, mule_short, "a1" + content.substr(2))), "bad_tag@10");
  EXPECT_EQ(failure_hex(cdt(zlib_short, mule_short, tlv("a0", tlv("03", empty_zlib)))), "bad_tag@12");
  EXPECT_EQ(failure_hex(cdt(zlib_short, mule_short, tlv("a0", tlv("24", tlv("03", empty_zlib))))), "bad_tag@14");
  EXPECT_EQ(failure_hex(cdt("8000", mule_short, content)), "bad_length@2");                  // empty INTEGER
  EXPECT_EQ(failure_hex(cdt(zlib_short, "80ff19", content)), "bad_length@7");                // reserved length
  EXPECT_EQ(failure_hex("3015" + whole.substr(4)), "truncated@22");                          // one too long
  EXPECT_EQ(failure_hex("3014 800100 3010 800119 a00a 0408" + empty_zlib), "bad_length@5");  // beyond its parent
  EXPECT_EQ(failure_hex(whole + "00"), "trailing_octets@22");
  EXPECT_EQ(failure_hex(tlv("30", zlib_short + pair + "0500")), "trailing_octets@22");
  EXPECT_EQ(failure_hex(cdt(zlib_short, mule_short, content + "0500")), "trailing_octets@22");
  EXPECT_EQ(failure_hex(cdt(zlib_short, mule_short, tlv("a0", tlv("04", empty_zlib) + "0400"))), "trailing_octets@22");
  EXPECT_EQ(failure_hex(cdt("800101", mule_short, content)), "unknown_algorithm@2");
  EXPECT_EQ(failure_hex(cdt(zlib_short, "8001ff", content)), "bad_content_type@7");
  EXPECT_EQ(failure_hex(cdt(zlib_short, "80050080000000", content)), "bad_content_type@7");  // 2^31
  EXPECT_EQ(failure_hex(cdt(zlib_short, "80047fffffff", content)), "");                      // 2^31 - 1
}

TEST(CompressedData, NamedErrorsOfTheStream) {
  EXPECT_EQ(failure_hex(cdt_of("779c030000000001")).substr(0, 9), "bad_zlib@");          // no zlib header
  EXPECT_EQ(failure_hex(cdt_of("789c030000000002")).substr(0, 9), "bad_zlib@");          // Adler-32
  EXPECT_EQ(failure_hex(cdt_of("789c0700")).substr(0, 9), "bad_zlib@");                  // reserved block type
  EXPECT_EQ(failure_hex(cdt_of("78bb00000001030000000001")).substr(0, 9), "bad_zlib@");  // preset dictionary
  EXPECT_EQ(failure_hex(cdt_of("789c0300000000")), "truncated_zlib@21");
  EXPECT_EQ(failure_hex(cdt_of("")), "truncated_zlib@14");
  EXPECT_EQ(failure_hex(cdt_of(empty_zlib + "00")), "trailing_zlib@22");
}

TEST(CompressedData, DepthLimit) {
  const auto nested = [](std::size_t depth) {  // SEQUENCE, SEQUENCE, [0] and the rest constructed OCTET STRINGs
    ber::Writer w;
    w.begin(ber::sequence_tag);
    w.integer(ber::context_tag(0, false), 0);
    w.begin(ber::sequence_tag);
    w.integer(ber::context_tag(0, false), 25);
    w.begin(ber::context_tag(0, true));
    for (std::size_t i = 3; i < depth; ++i) w.begin(ber::octet_string_tag);
    w.primitive(ber::octet_string_tag, from_hex(empty_zlib).value());
    for (std::size_t i = 0; i < depth; ++i) w.end();
    return w.finish();
  };
  EXPECT_EQ(failure(nested(limits::ber_depth)), "");
  EXPECT_EQ(failure(nested(limits::ber_depth + 1)).substr(0, 8), "too_deep");
}

TEST(CompressedData, InflatedSizeLimit) {
  const auto coded = encode_compressed_data(25, Bytes(1000, 'x'), TagStyle::implicit_tags);
  EXPECT_EQ(failure(coded, 1000), "");
  EXPECT_EQ(failure(coded, 999).substr(0, 9), "too_large");
}

// About a thousand octets for each on air, and the default bound stops them.
TEST(CompressedData, ABombCostsNoMemory) {
  const auto bomb = encode_compressed_data(25, Bytes(limits::inflated_octets + 1, 0), TagStyle::implicit_tags);
  ASSERT_LT(bomb.size(), 40'000u);
  const test::AllocationPeak peak;
  EXPECT_EQ(failure(bomb).substr(0, 9), "too_large");
  EXPECT_LT(peak.octets(), 64u * 1024);
}

TEST(CompressedData, AtTheBoundItIsHeldOnce) {
  const auto coded = encode_compressed_data(25, Bytes(limits::inflated_octets, 0), TagStyle::implicit_tags);
  const test::AllocationPeak peak;
  const auto r = decode_compressed_data(coded);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->content.size(), limits::inflated_octets);
  EXPECT_LT(peak.octets(), limits::inflated_octets + 64 * 1024);
}

TEST(CompressedData, LengthsThatLieAllocateNothing) {
  const test::AllocationPeak peak;
  EXPECT_EQ(failure_hex("3084fffffff0 800100 3084ffffff00 800119 a084fffffe00 0484fffffd00 789c"), "truncated@32");
  EXPECT_EQ(failure_hex("3080 800100 3080 800119 a080 2480 0484fffffd00 789c"), "truncated@22");
  EXPECT_LT(peak.octets(), 64u * 1024);
}

TEST(CompressedData, RoundTripOfManySizes) {
  Rng rng(7);
  for (std::size_t size : {0UL, 1UL, 100UL, 127UL, 128UL, 255UL, 256UL, 65'535UL, 65'536UL, 200'000UL})
    for (const auto style : {TagStyle::implicit_tags, TagStyle::explicit_tags}) {
      Bytes content(size);
      for (auto& o : content) o = static_cast<std::uint8_t>(rng.chance(0.5) ? rng.next() : 'e');
      const auto r = decode_compressed_data(encode_compressed_data(300, content, style));
      ASSERT_TRUE(r) << r.error().name;
      EXPECT_EQ(r->content, content);
      EXPECT_EQ(r->content_type, 300);
      EXPECT_EQ(r->tags, style);
    }
}

TEST(CompressedData, EveryTruncationAndBitFlipIsHandled) {
  const auto text = test::read_vector("mule/mule_text.txt");
  const auto coded = encode_compressed_data(25, text, TagStyle::explicit_tags);
  for (std::size_t n = 0; n < coded.size(); ++n) EXPECT_NE(failure(ByteView(coded).first(n)), "") << n;
  for (std::size_t bit = 0; bit < coded.size() * 8; ++bit) {
    auto flipped = coded;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto r = decode_compressed_data(flipped);
    // A flip may change the content type or zlib's level hint, never the content.
    if (r) {
      EXPECT_EQ(r->content, text) << bit;
    }
  }
}

}  // namespace
}  // namespace longwire::annexe
