// What bench_coded takes: a mistyped number must not be measured as another.
#include "coded_options.hpp"

#include <gtest/gtest.h>

namespace longwire::bench {
namespace {

using Words = std::vector<std::string>;

TEST(CodedOptions, AreRead) {
  const auto read =
      read_coded_options({"table", "--link", "hf2400", "--size", "1", "--loss", "0.9", "--receivers", "5", "--plain",
                          "5", "--seeds", "7", "--first-seed", "3", "--knowledge", "exact", "--no-burst"});
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_TRUE(read->table && !read->emcon && read->singly && !read->bursts && !read->trace);
  EXPECT_EQ(read->link, "hf2400");
  EXPECT_EQ(read->size, 1U);
  EXPECT_EQ(read->loss, 0.9);
  EXPECT_EQ(read->receivers, 5U);
  EXPECT_EQ(read->plain_receivers, 5U);
  EXPECT_EQ(read->seeds, 7U);
  EXPECT_EQ(read->first_seed, 3U);
  EXPECT_EQ(read->knowledge, Knowledge::exact);
  EXPECT_TRUE(read_coded_options({}));
  EXPECT_TRUE(read_coded_options({"--help", "--plain", "999"})->help);
  for (const auto& good : {"0", "0.05", "5e-2"}) EXPECT_TRUE(read_coded_options({"--loss", good})) << good;
}

TEST(CodedOptions, WhatIsWrongIsToldWithItsRange) {
  const std::string whole = "must be a whole number from ";
  for (const auto& [words, text] : std::vector<std::pair<Words, std::string>>{
           {{"--seeds", "x"}, "--seeds x: " + whole + "1 to 1000000"},
           {{"--seeds", "0"}, "--seeds 0: " + whole},
           {{"--seeds", "40 "}, "--seeds 40 : " + whole},
           {{"--seeds", "1000001"}, "--seeds 1000001: " + whole},
           {{"--seeds", "99999999999999999999"}, whole},
           {{"--first-seed", "-1"}, "--first-seed -1: " + whole + "1 to"},
           {{"--size", "-1"}, "--size -1: " + whole + "1 to 20971520"},
           {{"--size", "10k"}, "--size 10k: "},
           {{"--size", ""}, "--size : "},
           {{"--receivers", "0"}, "--receivers 0: " + whole + "1 to 1000"},
           {{"--receivers", "1001"}, "--receivers 1001: "},
           {{"--receivers", "2.5"}, "--receivers 2.5: "},
           {{"--loss", "2"}, "--loss 2: must be a number from 0 to 0.9"},
           {{"--loss", "-0.1"}, "--loss -0.1: "},
           {{"--loss", "nan"}, "--loss nan: "},
           {{"--loss", "20%"}, "--loss 20%: "},
           {{"--link", "nonsense"}, "--link nonsense: must be sat64k, hf9600 or hf2400"},
           {{"--link", ""}, "--link : must be"},
           {{"--knowledge", "some"}, "--knowledge some: must be measured, exact or none"},
           {{"--receivers", "5", "--plain", "9"}, "--plain 9: " + whole + "0 to 5"},
           {{"--plain", "9", "--receivers", "5"}, "--plain 9: " + whole + "0 to 5"},
           {{"--plain", "21"}, "--plain 21: " + whole + "0 to 20"},
           {{"--burst", "--no-burst"}, "--burst and --no-burst: "},
           {{"--burst", "--loss", "0"}, "--burst with --loss 0: "},
           {{"--seeds"}, "--seeds needs a value: a whole number from 1"},
           {{"--loss"}, "--loss needs a value: a number from 0 to 0.9"},
           {{"--seed", "3"}, "--seed: unknown (did you mean \"--seeds\"?)"},
           {{"tabel"}, "tabel: unknown"},
           {{""}, ": unknown"}}) {
    const auto read = read_coded_options(words);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().text.find(text), std::string::npos) << read.error().text;
  }
}

}  // namespace
}  // namespace longwire::bench
