// What the documents show must be what the program takes.
#include "node/config/config_toml.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>

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

// The two stand on the same air: what one of them says of a bearer holds for the other.
TEST(Documents, ShipAndShoreAgree) {
  const auto ship = load_config(docs + "examples/ship.toml").config,
             shore = load_config(docs + "examples/shore.toml").config;
  ASSERT_TRUE(ship && shore);
  const auto peer = [](const engine::Config& config, const std::string& name) {
    for (const auto& one : config.peers)
      if (one.name == name) return one;
    ADD_FAILURE() << config.name << " does not know " << name;
    return engine::PeerConfig{};
  };
  const auto there = peer(*ship, shore->name), here = peer(*shore, ship->name);
  EXPECT_EQ(there.pmul_id, shore->pmul_id);
  EXPECT_EQ(here.pmul_id, ship->pmul_id);
  EXPECT_EQ(here.coding, there.coding);
  for (const auto& at_ship : ship->bearers) {
    const auto found = std::ranges::find(shore->bearers, at_ship.name, &engine::BearerConfig::name);
    ASSERT_NE(found, shore->bearers.end()) << "the shore has no " << at_ship.name;
    EXPECT_NE(std::ranges::find(here.bearers, at_ship.name), here.bearers.end()) << at_ship.name;
    const auto said = [](const engine::BearerConfig& b) {
      return std::tuple(b.kind, b.group, b.rate_bps, b.half_duplex, b.turnaround, b.latency, b.max_over, b.mtu,
                        b.max_message, b.coding, b.parity_aim, b.emcon_delivery, b.emcon_loss, b.emcon_burst);
    };
    EXPECT_TRUE(said(at_ship) == said(*found)) << at_ship.name;
  }
}

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
