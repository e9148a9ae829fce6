#include "fleet.hpp"

#include <cstdio>
#include <cstdlib>

namespace longwire::bench {

namespace {

std::string number(double v) {
  char text[40];
  std::snprintf(text, sizeof text, "%g", v);
  return text;
}

std::string milliseconds(double seconds) {
  return "\"" + std::to_string(static_cast<long long>(seconds * 1000 + 0.5)) + "ms\"";
}

}  // namespace

std::string fleet_text(const Link& link, const FleetOptions& options) {
  std::string text = "duration = " + milliseconds(options.hours * 3600) + "\n[[link]]\nname = \"air\"\nkind = \"" +
                     (link.half ? "half-duplex" : "full-duplex") + "\"\nrate = " + number(link.rate) +
                     "\npropagation = " + milliseconds(link.delay) + "\nturnaround = " + milliseconds(link.turnaround) +
                     "\nmtu = " + std::to_string(link.mtu) + "\nloss = " + number(options.load.loss) + "\n";
  text += "[[node]]\nname = \"s\"\nlinks = [\"air\"]\n[[node.bearer]]\nname = \"air\"\n" + options.bearer_keys;
  for (std::size_t r = 1; r <= options.load.receivers; ++r)
    text += "[[node]]\nname = \"r" + std::to_string(r) + "\"\nlinks = [\"air\"]\n" +
            (options.silent_receivers ? "emcon = true\n" : "");
  return text;
}

std::string message_text(const std::string& name, double at_seconds, std::size_t size, std::size_t receivers,
                         const std::string& precedence) {
  std::string to;
  for (std::size_t r = 1; r <= receivers; ++r) to += (r == 1 ? "\"r" : ", \"r") + std::to_string(r) + "\"";
  return "[[message]]\nname = \"" + name + "\"\nat = " + milliseconds(at_seconds) + "\nfrom = \"s\"\nto = [" + to +
         "]\nsize = " + std::to_string(size) + "\nprecedence = \"" + precedence + "\"\n";
}

sim::Scenario scenario(const std::string& text) {
  auto parsed = sim::parse_scenario(text, "bench", "");
  if (parsed.scenario) return std::move(*parsed.scenario);
  for (const auto& problem : parsed.problems) std::fprintf(stderr, "%s\n", to_string(problem).c_str());
  std::exit(1);
}

}  // namespace longwire::bench
