// What the documents show must be what the program takes.
#include "node/config/config_toml.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace longwire::config {
namespace {

const std::string docs = std::string(LONGWIRE_VECTORS) + "/../../docs/";

class Example : public ::testing::TestWithParam<const char*> {};

TEST_P(Example, IsTakenWithoutAWord) {
  const auto parsed = load_config(docs + "examples/" + GetParam());
  for (const auto& problem : parsed.problems) ADD_FAILURE() << to_string(problem);
  EXPECT_TRUE(parsed.config);
}

INSTANTIATE_TEST_SUITE_P(Documents, Example,
                         ::testing::Values("ship.toml", "shore.toml", "relay.toml", "hf.toml", "acp127.toml",
                                           "annex-e.toml", "gateway.toml"));

TEST(Documents, ConfigurationPageHoldsTheReferenceOfTheProgram) {
  std::ifstream file(docs + "configuration.md");
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_NE(page.find(reference_text()), std::string::npos)
      << "put the output of `longwire check --keys` between the marks of docs/configuration.md";
}

}  // namespace
}  // namespace longwire::config
