#include "node/store/text_forms.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace longwire::store {
namespace {

TEST(TextFormsTest, Runs) {
  const acp142::Runs runs{{0, 0}, {2, 9}, {65535, 65535}};
  EXPECT_EQ(format_runs(runs), "0,2-9,65535");
  EXPECT_EQ(parse_runs("0,2-9,65535"), runs);
  EXPECT_TRUE(parse_runs("").empty());
  for (const auto* bad : {"65536", "1-65536", "-1", "1-", "1,", ",", "x", "1-2-3", " 1"})
    EXPECT_THROW(parse_runs(bad), std::invalid_argument) << bad;
}

TEST(TextFormsTest, NumbersKeepTheirOrder) {
  const std::vector<std::uint32_t> numbers{3, 0, 4'294'967'295U};
  EXPECT_EQ(format_numbers(numbers), "3,0,4294967295");
  EXPECT_EQ(parse_numbers("3,0,4294967295"), numbers);
  for (const auto* bad : {"4294967296", "1,,2", "+1", "0x1"})
    EXPECT_THROW(parse_numbers(bad), std::invalid_argument) << bad;
}

TEST(TextFormsTest, Ids) {
  const std::vector<PmulId> ids{PmulId{0x0A42'0001}, PmulId{0}};
  EXPECT_EQ(format_ids(ids), "10.66.0.1,0.0.0.0");
  EXPECT_EQ(parse_ids("10.66.0.1,0.0.0.0"), ids);
  EXPECT_THROW(parse_ids("10.66.0.256"), std::invalid_argument);
}

TEST(TextFormsTest, WordsOfAnyOctets) {
  std::string every;
  for (int octet = 0; octet < 256; ++octet) every += static_cast<char>(octet);
  for (const auto& words :
       std::vector<std::vector<std::string>>{{}, {""}, {"", ""}, {"a", "", "b"}, {"%", "%41", " "}, {every, every}})
    EXPECT_EQ(parse_words(format_words(words)), words);
  EXPECT_EQ(format_words({"X=1", "Y Z"}), "X=1 Y%20Z");
  for (const auto* bad : {"%4", "a%", "%zz", "a%4"}) EXPECT_THROW(parse_words(bad), std::invalid_argument) << bad;
}

TEST(TextFormsTest, EveryNotify) {
  for (unsigned bits = 0; bits < 16; ++bits) {
    const mail::Notify notify{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    const auto read = parse_notify(format_notify(notify));
    EXPECT_EQ(read.never, notify.never);
    EXPECT_EQ(read.success, notify.success);
    EXPECT_EQ(read.failure, notify.failure);
    EXPECT_EQ(read.delay, notify.delay);
  }
  EXPECT_THROW(parse_notify("SUCCESS,"), std::invalid_argument);
  EXPECT_THROW(parse_notify("never"), std::invalid_argument);
}

TEST(TextFormsTest, EveryRecipientState) {
  const std::vector<std::string> open{"queued", "held", "in_transfer", "delivering"};
  for (int i = 0; i <= static_cast<int>(RecipientState::cancelled); ++i) {
    const auto state = static_cast<RecipientState>(i);
    EXPECT_EQ(parse_recipient_state(to_string(state)), state);
    const bool is_open = std::find(open.begin(), open.end(), to_string(state)) != open.end();
    EXPECT_EQ(is_final(state), !is_open) << to_string(state);
  }
  EXPECT_THROW(parse_recipient_state(""), std::invalid_argument);
}

TEST(TextFormsTest, UnknownWordsAreRefused) {
  EXPECT_THROW(parse_by(1, "T"), std::invalid_argument);
  EXPECT_THROW(parse_by(1, ""), std::invalid_argument);
  EXPECT_THROW(parse_body("8BIT"), std::invalid_argument);
  EXPECT_THROW(parse_ret("none"), std::invalid_argument);
}

}  // namespace
}  // namespace longwire::store
