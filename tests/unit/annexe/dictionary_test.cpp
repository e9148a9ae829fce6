#include "annexe/dictionary.hpp"

#include "annexe/compressed_data.hpp"
#include "annexe/inflate.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace longwire::annexe {
namespace {

constexpr std::size_t most = 1 << 20;

// Messages of one fleet: a fixed frame around words drawn at random.
Bytes message(Rng& rng) {
  static constexpr std::array words{"convoy", "escort",  "bearing", "course",     "knots",      "fuel",
                                    "stores", "harbour", "weather", "visibility", "helicopter", "rendezvous"};
  std::string out =
      "From: Operations <ops@ship-a.example>\r\nTo: Duty Officer <duty@shore.example>\r\n"
      "MMHS-Primary-Precedence: 3 (immediate)\r\nMMHS-Subject-Indicator-Codes: ABC; XYZ\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\nSubject: SITREP ";
  out += std::to_string(rng.below(1000)) + "\r\n\r\n";
  for (int i = 0; i < 40; ++i) {
    out += words.at(rng.below(words.size()));
    out += i % 10 == 9 ? "\r\n" : " ";
  }
  return to_bytes(out);
}

std::vector<Bytes> messages(std::uint64_t seed, std::size_t count) {
  Rng rng(seed);
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(message(rng));
  return out;
}

const Dictionary& trained() {
  static const Dictionary d = Dictionary::train(messages(1, 200), 8192).value();
  return d;
}

std::string failure(const Result<Bytes>& r) { return r ? "" : std::string(r.error().name); }

TEST(Dictionary, TheSameSamplesGiveTheSameFileAndTheFileIsRead) {
  const auto again = Dictionary::train(messages(1, 200), 8192).value();
  EXPECT_EQ(again.id(), trained().id());
  const auto read = Dictionary::read(trained().file());
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->id(), trained().id());
  EXPECT_NE(Dictionary::train(messages(2, 200), 8192).value().id(), trained().id());
  EXPECT_EQ(to_hex_id(0x1F00A2C4), "1f00a2c4");
}

TEST(Dictionary, WhatItPacksItExpandsAgain) {
  Rng rng(3);
  for (std::size_t octets : {0U, 1U, 5U, 300U, 5000U, 200'000U}) {
    Bytes content(octets);
    for (auto& o : content) o = static_cast<std::uint8_t>(rng.below(octets % 2 == 0 ? 256 : 3));
    const auto packed = trained().compress(content);
    EXPECT_EQ(trained().expand(packed, most).value(), content);
    EXPECT_EQ(Dictionary::named_in(packed), trained().short_id());
  }
}

TEST(Dictionary, NothingIsTheSameWhereverItStands) {
  EXPECT_EQ(trained().compress({}), trained().compress(as_bytes("")));
  EXPECT_EQ(failure(trained().expand(trained().compress(as_bytes("")), most)), "");
}

TEST(Dictionary, HalvesWhatZlibMakesOfFamiliarMessages) {
  std::size_t packed = 0;
  std::size_t deflated = 0;
  for (const auto& m : messages(4, 50)) {
    packed += trained().compress(m).size();
    deflated += deflate_zlib(m).size();
  }
  EXPECT_LT(packed * 2, deflated);
}

TEST(Dictionary, ReachesOverAllOfALargeDictionary) {
  // What a short message repeats stands at the far end of 100 kB that resemble it in nothing.
  Rng rng(5);
  std::vector<Bytes> samples = messages(6, 400);
  for (auto& s : samples) {
    Bytes noise(300);
    for (auto& o : noise) o = static_cast<std::uint8_t>('a' + rng.below(26));
    s.insert(s.end(), noise.begin(), noise.end());
  }
  const auto large = Dictionary::train(samples, 110'000).value();
  ASSERT_GT(large.file().size(), 40'000U);
  const auto file = large.file();
  const auto far = file.subspan(file.size() - file.size() * 9 / 10, 200);
  EXPECT_LT(large.compress(far).size(), 40U) << "200 octets of the dictionary itself";
}

TEST(Dictionary, EveryDamageIsNamed) {
  const auto content = messages(7, 1).front();
  const auto packed = trained().compress(content);
  for (std::size_t i = 0; i < packed.size(); ++i) {
    EXPECT_NE(failure(trained().expand(ByteView(packed).first(i), most)), "") << "cut at " << i;
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto damaged = packed;
      damaged[i] ^= static_cast<std::uint8_t>(1U << bit);
      const auto r = trained().expand(damaged, most);
      // A bit of the frame header may say the same in another way; it never says something else.
      EXPECT_TRUE(!r || *r == content) << i << '.' << bit;
    }
  }
  auto longer = packed;
  longer.push_back(0);
  EXPECT_EQ(failure(trained().expand(longer, most)), "bad_zstd");
}

TEST(Dictionary, TakesAsMuchAsAllowedAndNoMore) {
  const Bytes content(70'000, 'x');
  const auto packed = trained().compress(content);
  EXPECT_EQ(failure(trained().expand(packed, content.size())), "");
  EXPECT_EQ(failure(trained().expand(packed, content.size() - 1)), "too_large");
}

TEST(Dictionary, RefusesWhatIsNoDictionary) {
  const auto name = [](ByteView file) {
    const auto r = Dictionary::read(file);
    return r ? "" : std::string(r.error().name);
  };
  EXPECT_EQ(name({}), "not_a_dictionary");
  EXPECT_EQ(name(as_bytes("some text")), "not_a_dictionary");
  EXPECT_EQ(name(trained().file().first(20)), "not_a_dictionary");
  EXPECT_EQ(name(Bytes(limits::dictionary_octets + 1)), "too_large");
  EXPECT_EQ(name(Bytes(limits::dictionary_octets)), "not_a_dictionary");
}

TEST(Dictionary, TrainingNeedsSamplesAndASize) {
  const auto name = [](const std::vector<Bytes>& samples, std::size_t octets) {
    const auto r = Dictionary::train(samples, octets);
    return r ? "" : std::string(r.error().name);
  };
  EXPECT_EQ(name(messages(1, 7), 8192), "too_few_samples");
  EXPECT_EQ(name(std::vector<Bytes>(100), 8192), "too_few_samples");
  EXPECT_EQ(name(messages(1, 200), 1023), "bad_size");
  EXPECT_EQ(name(messages(1, 200), limits::dictionary_octets + 1), "bad_size");
  EXPECT_EQ(name(messages(1, 200), 1024), "");
}

TEST(CompressedDataWithDictionary, SaysWhichOneAndNeedsIt) {
  const Dictionaries held{Dictionary::train(messages(8, 100), 4096).value(), trained()};
  const auto content = messages(9, 1).front();
  const auto coded = encode_compressed_data(content_type_mule, content, TagStyle::implicit_tags, held);
  const auto decoded = decode_compressed_data(coded, most, held);
  ASSERT_TRUE(decoded) << decoded.error().name;
  EXPECT_EQ(decoded->content, content);
  EXPECT_TRUE(decoded->dictionary);
  const auto without = decode_compressed_data(coded);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().name, "unknown_dictionary");
  const auto plain = encode_compressed_data(content_type_mule, content, TagStyle::implicit_tags);
  EXPECT_LT(coded.size(), plain.size());
  EXPECT_FALSE(decode_compressed_data(plain, most, held)->dictionary);
}

TEST(CompressedDataWithDictionary, IsNeverLargerThanTheStandardForm) {
  const Dictionaries held{trained()};
  Rng rng(10);
  for (std::size_t octets : {0U, 1U, 30U, 400U, 3000U, 70'000U}) {
    Bytes noise(octets);
    for (auto& o : noise) o = static_cast<std::uint8_t>(rng.below(256));
    const Bytes same(octets, 'a');
    for (const auto& content : {noise, same}) {
      const auto with = encode_compressed_data(2, content, TagStyle::implicit_tags, held);
      EXPECT_LE(with.size(), encode_compressed_data(2, content, TagStyle::implicit_tags).size()) << octets;
      EXPECT_EQ(decode_compressed_data(with, most, held)->content, content);
    }
  }
}

}  // namespace
}  // namespace longwire::annexe
