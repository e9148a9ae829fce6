// [[acp127]]
#include "node/config/config_toml.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace longwire::config {
namespace {

constexpr std::string_view base = R"([node]
name = "ship-a"
domain = "ship-a.example"
pmul_id = "10.66.0.1"
data_dir = "/var/lib/longwire"
[smtp]
listen = ["127.0.0.1:2525"]
[deliver]
maildir = "/var/mail/{local}"
[[gateway.user]]
address = "x@tape.example"
plad = "HQ NORTH"
routing_indicator = "RFLSVH"
)";

ParsedConfig parsed(const std::string& circuit) { return parse_config(std::string(base) + circuit, "n.toml"); }

std::string problem_of(const std::string& circuit) {
  const auto got = parsed(circuit);
  std::string all;
  for (const auto& p : got.problems) all += p.text + "\n";
  return all;
}

const std::string good =
    "[[acp127]]\nname = \"tape\"\nkind = \"file\"\ninbox = \"/in\"\noutbox = \"/out\"\n"
    "routing_indicator = \"RFLSAA\"\ndomains = [\"tape.example\"]\n";

TEST(CircuitConfig, IsRead) {
  const auto got = parsed(good + "code = \"ita2\"\nform = \"plain\"\nemcon = \"hold\"\nsection_wait = \"5m\"\n");
  ASSERT_TRUE(got.config) << to_string(got.problems.at(0));
  EXPECT_TRUE(got.problems.empty());
  const auto& c = got.config->circuits.at(0);
  EXPECT_EQ(c.code, "ita2");
  EXPECT_EQ(c.form, "plain");
  EXPECT_EQ(c.emcon, "hold");
  EXPECT_EQ(c.section_wait, std::chrono::minutes{5});
  EXPECT_EQ(c.line, 69U);
}

TEST(CircuitConfig, ProblemsAreNamed) {
  const auto with = [](std::string what, const std::string& by) {
    auto text = good;
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
  };
  EXPECT_NE(problem_of(with("RFLSAA", "XFLSAA")).find("routing indicator"), std::string::npos);
  EXPECT_NE(problem_of(with("\"/out\"", "\"/in\"")).find("must not be the inbox"), std::string::npos);
  EXPECT_NE(problem_of(with("outbox = \"/out\"\n", "")).find("missing key outbox"), std::string::npos);
  EXPECT_NE(problem_of(good + "baud = 300\n").find("goes with kind = \"serial\""), std::string::npos);
  EXPECT_NE(problem_of(good + good).find("is used before"), std::string::npos);
  EXPECT_NE(problem_of(with("tape.example", "ship-a.example")).find("is delivered on this node"), std::string::npos);
  EXPECT_NE(problem_of(with("kind = \"file\"\ninbox = \"/in\"\noutbox = \"/out\"", "kind = \"tcp\""))
                .find("exactly one of listen and connect"),
            std::string::npos);
  EXPECT_NE(problem_of(good + "section_wait = \"0s\"\n").find("above zero"), std::string::npos);
  EXPECT_NE(problem_of(good + "chanel = \"A\"\n").find("did you mean"), std::string::npos);
}

TEST(CircuitConfig, LimitOfCircuits) {
  std::string all;
  const auto add = [&all](std::size_t i) {
    const auto n = std::to_string(i);
    all += "[[acp127]]\nname = \"t" + n + "\"\ninbox = \"/in" + n +
           "\"\noutbox = \"/out\"\nrouting_indicator = \"RFLSAA\"\n";
  };
  for (std::size_t i = 0; i < limits::config_bearers; ++i) add(i);
  EXPECT_TRUE(parsed(all).config);
  add(limits::config_bearers);
  EXPECT_FALSE(parsed(all).config);
}

}  // namespace
}  // namespace longwire::config
