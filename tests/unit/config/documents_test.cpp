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

// Those with keys name files that are on no test machine: the same in the test PKI.
class SecureExample : public ::testing::TestWithParam<const char*> {};

TEST_P(SecureExample, IsTaken) {
  std::ifstream file(docs + "examples/" + GetParam());
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto as_written = parse_config(text, GetParam(), {.read = false, .credentials = {}});
  for (const auto& problem : as_written.problems) ADD_FAILURE() << to_string(problem);
  const std::string vectors = LONGWIRE_VECTORS "/cms/";
  for (const auto& [here, there] : {std::pair<std::string, std::string>{"/etc/longwire/pki/", vectors + "pki/"},
                                    {"/etc/longwire/policy/", vectors + "labels/"}})
    for (auto at = text.find(here); at != std::string::npos; at = text.find(here)) text.replace(at, here.size(), there);
  const auto with_files = parse_config(text, GetParam(), {.read = true, .credentials = vectors + "pki"});
  EXPECT_TRUE(with_files.config);
  for (const auto& problem : with_files.problems)
    EXPECT_NE(problem.text.find("is open to other users"), std::string::npos) << to_string(problem);
}

INSTANTIATE_TEST_SUITE_P(Documents, SecureExample, ::testing::Values("secure-ship.toml", "acp145.toml"));

TEST(Documents, ConfigurationPageHoldsTheReferenceOfTheProgram) {
  std::ifstream file(docs + "configuration.md");
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_NE(page.find(reference_text()), std::string::npos)
      << "put the output of `longwire check --keys` between the marks of docs/configuration.md";
}

}  // namespace
}  // namespace longwire::config
