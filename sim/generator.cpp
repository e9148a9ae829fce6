#include "sim/generator.hpp"

#include "base/precedence.hpp"
#include "base/rng.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>
#include <vector>

namespace longwire::sim {

namespace {

// Everything troublesome happens in the first part; the rest is time for retries and expiry, so that
// at the end nothing may be undecided.
constexpr std::uint64_t busy_seconds = 3'600;
constexpr std::uint64_t run_seconds = 9 * 3'600;

class Generator {
 public:
  Generator(std::uint64_t seed, bool modems, bool mixed, bool coded)
      : seed_(seed), modems_(modems), mixed_(mixed), coded_(coded), rng_(seed * 0x9E3779B97F4A7C15ULL + 1) {}

  std::string run() {
    line("# Made from seed " + std::to_string(seed_) + " by the scenario generator.");
    line("seed = " + std::to_string(seed_));
    line("duration = \"" + std::to_string(run_seconds) + "s\"");
    topology();
    for (std::size_t l = 0; l < links_; ++l) link(l);
    // Messages that expire in the middle of things are part of the game.
    expiry_ = pick<std::uint64_t>({15 * 60, 3'600, 3 * 3'600, 3 * 3'600});
    for (std::size_t n = 0; n < nodes_; ++n) node(n);
    messages();
    for (auto troubles = rng_.below(5); troubles > 0; --troubles) trouble();
    line("\n[expect]\nsettled = true");
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }
  static std::string quoted(const std::string& text) { return "\"" + text + "\""; }
  static std::string seconds(std::uint64_t s) { return quoted(std::to_string(s) + "s"); }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[rng_.below(values.size())];
  }
  std::string name(std::size_t node) const { return "n" + std::to_string(node + 1); }
  std::string link_name(std::size_t link) const { return "l" + std::to_string(link + 1); }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + rng_.below(high - low + 1); }

  // Who is where: one net; a second net for some; or two nets joined by a relay.
  void topology() {
    nodes_ = between(2, modems_ ? 5 : 8);
    on_.assign(nodes_, {});
    const auto shape = nodes_ < 3 ? rng_.below(2) : rng_.below(4);
    links_ = shape == 0 ? 1 : 2;
    relay_ = shape == 3 ? rng_.below(nodes_) : nodes_;
    for (std::size_t n = 0; n < nodes_; ++n) {
      if (shape == 3 && n != relay_) {
        on_[n] = {n % 2};
      } else {
        on_[n] = {0};
        if (shape == 3 || (shape > 0 && rng_.chance(0.7))) on_[n].push_back(1);
      }
    }
  }

  std::string loss() {
    const auto most = rng_.chance(0.1) ? 60U : 30U;
    const auto mean = std::to_string(static_cast<double>(between(1, most)) / 100).substr(0, 4);
    if (rng_.chance(0.5)) return mean;
    return "{ mean = " + mean + ", burst = " + seconds(between(1, 20)) + " }";
  }

  // Channels on which the waveform works most of the time, and some on which it does not.
  void modem_link(std::size_t l) {
    frequencies_.push_back(l);
    rates_.push_back(pick<std::uint64_t>({75, 300, 600, 1'200, 2'400, 4'800, 9'600}));
    line("\n[[link]]\nname = " + quoted(link_name(l)) + "\nkind = \"hf\"\nbearer = \"modem\"\nrate = " +
         std::to_string(rates_[l]) + "\ninterleaver = " + quoted(pick({"none", "short", "short", "long"})));
    if (rng_.chance(0.3)) line("keying = " + quoted(std::to_string(between(0, 10) * 100) + "ms"));
    if (rng_.chance(0.3)) line("max_over = " + seconds(between(30, 127)));
    if (rng_.chance(0.3)) line("loss = " + loss());
    if (rng_.chance(0.4)) {
      const auto rate = rates_[l];
      const auto threshold = rate <= 300 ? 0 : rate <= 1'200 ? 5 : rate <= 4'800 ? 13 : 21;
      line("snr = " + std::to_string(threshold + static_cast<int>(between(0, 15))) +
           "\nchannel = " + quoted(pick({"none", "good", "moderate", "poor"})));
    }
    if (rng_.chance(0.3)) {
      const auto from = rng_.below(busy_seconds);
      line("[[link.outage]]\nfrom = " + seconds(from) + "\nto = " + seconds(from + between(10, 900)));
    }
  }

  void link(std::size_t l) {
    if (modems_ && rng_.chance(0.8)) return modem_link(l);
    const auto kind = pick({"full-duplex", "satcom", "half-duplex", "half-duplex", "hf"});
    const bool half = kind[0] == 'h';
    rates_.push_back(half ? pick<std::uint64_t>({75, 300, 1'200, 2'400, 9'600})
                          : pick<std::uint64_t>({1'200, 9'600, 19'200, 64'000}));
    line("\n[[link]]\nname = " + quoted(link_name(l)) + "\nkind = " + quoted(kind) +
         "\nrate = " + std::to_string(rates_[l]));
    if (half && rng_.chance(0.7)) line("turnaround = " + quoted(std::to_string(between(0, 30) * 100) + "ms"));
    if (half && rng_.chance(0.3)) line("max_over = " + seconds(between(90, 127)));
    if (rng_.chance(0.5)) line("propagation = " + quoted(std::to_string(between(0, 400)) + "ms"));
    if (rng_.chance(0.7)) line("loss = " + loss());
    if (half && rng_.chance(0.1)) line("collisions = true");
    if (rng_.chance(0.3)) {
      for (std::size_t n = 0; n < nodes_; ++n)
        if (rng_.chance(0.3)) line("[[link.receiver]]\nnode = " + quoted(name(n)) + "\nloss = " + loss());
    }
    if (!rng_.chance(0.3)) return;
    const auto from = rng_.below(busy_seconds);
    const bool outage = rng_.chance(0.5);
    line(std::string(outage ? "[[link.outage]]" : "[[link.fade]]") + "\nfrom = " + seconds(from) +
         "\nto = " + seconds(from + between(10, 900)));
    if (!outage) line("loss = 0." + std::to_string(between(3, 9)));
  }

  void node(std::size_t n) {
    std::string links;
    for (const auto l : on_[n]) links += (links.empty() ? "" : ", ") + quoted(link_name(l));
    line("\n[[node]]\nname = " + quoted(name(n)) + "\nlinks = [" + links + "]\ndefault_expiry = " + seconds(expiry_));
    if (n == relay_) line("relay = [\"*\"]");
    if (coded_) coding(n);
    if (mixed_ || coded_) peers(n);
  }

  // Whether its P_MUL is coded: everywhere the same in half of the fleets. Also from a source of its own.
  void coding(std::size_t n) {
    Rng fleet(seed_ * 7919), own(seed_ * 7919 + 1 + n);
    const auto word = [](Rng& rng) { return rng.chance(0.5) ? "always" : "auto"; };
    const bool same = fleet.chance(0.5);
    const std::string all = word(fleet);
    for (const auto l : on_[n]) {
      const auto mode = same ? all : own.chance(0.25) ? std::string("off") : word(own);
      line("[[node.bearer]]\nname = " + quoted(link_name(l)) + "\ncoding = " + quoted(mode));
      if (own.chance(0.3)) line("emcon_burst = " + seconds(between(own, 0, 5)));
      if (own.chance(0.3)) line("emcon_loss = 0." + std::to_string(between(own, 0, 5)));
    }
  }
  static std::uint64_t between(Rng& rng, std::uint64_t low, std::uint64_t high) {
    return low + rng.below(high - low + 1);
  }

  // What it writes for each neighbour, and how. From sources of their own: the rest is the same without.
  void peers(std::size_t n) {
    Rng own(seed_ * 1000 + n), codes(seed_ * 104'729 + n);
    for (std::size_t other = 0; other < nodes_; ++other) {
      const bool neighbour = std::ranges::any_of(
          on_[n], [&](std::size_t l) { return std::ranges::find(on_[other], l) != on_[other].end(); });
      const auto chosen = own.below(4);
      const auto code = codes.below(8);
      const bool content = mixed_ && chosen != 0, plain = coded_ && code == 0, old = coded_ && code == 1;
      if (other == n || !neighbour || !(content || plain || old)) continue;
      line("[[node.peer]]\nname = " + quoted(name(other)));
      if (content) line("content = " + quoted(chosen == 3 ? "dmp" : "annex-e"));
      if (plain) line("coding = \"off\"");
      if (old) line("edition = \"2001\"");
    }
  }

  // The slowest net bounds sizes, so that the traffic fits into the hour.
  std::uint64_t size() {
    const auto slowest = *std::ranges::min_element(rates_);
    const auto most = std::clamp<std::uint64_t>(slowest * 60 / 8, 500, 60'000);
    auto octets = most;
    for (auto halvings = rng_.below(6); halvings > 0; --halvings) octets /= 2;
    return std::max<std::uint64_t>(420, octets);
  }

  void messages() {
    const auto count = between(1, 8);
    for (std::uint64_t m = 0; m < count; ++m) {
      const auto from = rng_.below(nodes_);
      std::string to;
      for (std::size_t n = 0; n < nodes_; ++n)
        if (n != from && rng_.chance(0.4)) to += (to.empty() ? "" : ", ") + quoted(name(n));
      if (to.empty()) to = quoted(name((from + 1) % nodes_));
      if (rng_.chance(0.05)) to += ", \"nobody@nowhere.invalid\"";
      const auto level = row(static_cast<Precedence>(rng_.below(precedence_levels))).name;
      sent_.emplace_back(from, rng_.below(busy_seconds));
      line("\n[[message]]\nat = " + seconds(sent_.back().second) + "\nfrom = " + quoted(name(from)) + "\nto = [" + to +
           "]\nprecedence = " + quoted(std::string(level)) + "\nsize = " + std::to_string(size()));
      if (rng_.chance(0.2)) line("notify = [\"success\", \"failure\"]");
      if (rng_.chance(0.05)) line("by = " + seconds(between(60, 1'800)));
    }
  }

  std::uint64_t absence() { return between(1, rng_.chance(0.2) ? 5'400 : 300); }

  void event(std::uint64_t at, const std::string& rest) { line("\n[[event]]\nat = " + seconds(at) + "\n" + rest); }

  void trouble() {
    const auto n = rng_.below(nodes_);
    const auto from = rng_.below(busy_seconds);
    const auto to = from + between(5, rng_.chance(0.2) ? 5'400 : 1'800);
    const std::string who = "node = " + quoted(name(n)) + "\n";
    switch (rng_.below(modems_ ? 13 : 9)) {
      case 0:
      case 1:
        silence(n, from, to);
        break;
      case 2:
        event(from, who + "kill = true\ntorn = " + (rng_.chance(0.5) ? "true" : "false") +
                        "\nrestart_after = " + seconds(absence()));
        break;
      case 3:
        event(from, who + "power_cut = true\nrestart_after = " + seconds(absence()));
        break;
      case 4:
        event(from, who + "minimize = " + quoted(pick({"flash", "immediate", "priority", "routine"})));
        event(to, who + "minimize = \"off\"");
        break;
      case 5: {
        const std::string link = "link = " + quoted(link_name(rng_.below(links_))) + "\n";
        event(from, link + "up = false");
        event(to, link + "up = true");
        break;
      }
      case 6:
      case 7:
        operator_order();
        break;
      case 8:
        stranger(from);
        break;
      case 9:
      case 10:
        modem_trouble(n, from, to, true);
        break;
      default:
        modem_trouble(n, from, to, false);
        break;
    }
  }

  // A plug is pulled, or somebody turns the knobs of a modem.
  void modem_trouble(std::size_t n, std::uint64_t from, std::uint64_t to, bool plug) {
    const auto on =
        std::ranges::find_if(on_[n], [&](std::size_t l) { return std::ranges::count(frequencies_, l) > 0; });
    if (on == on_[n].end()) return;
    const auto where = "node = " + quoted(name(n)) + "\nlink = " + quoted(link_name(*on)) + "\n";
    if (plug) return event(from, where + "modem = \"off\"\nback_after = " + seconds(to - from));
    event(from, where + "rate = " + std::to_string(pick<std::uint64_t>({75, 300, 1'200, 2'400, 9'600})));
    event(to, where + "rate = " + std::to_string(rates_[*on]));
  }

  // An operator at the originating node changes his mind about a message.
  void operator_order() {
    const auto m = rng_.below(sent_.size());
    const auto& [from, at] = sent_[m];
    const auto then = at + between(1, 900);
    const std::string what = " = " + quoted("m" + std::to_string(m + 1));
    const std::string who = "node = " + quoted(name(from)) + "\n";
    if (rng_.chance(0.3)) return event(then, who + "cancel" + what);
    event(then, who + "hold" + what);
    event(then + between(10, 900), who + "release" + what);
  }

  // Noise, or the beginning of an Address_PDU, from an address nobody knows or from a neighbour's.
  void stranger(std::uint64_t at) {
    std::string octets = rng_.chance(0.5) ? "00200602000200000a090909" : "";
    for (auto n = between(1, 40); n > 0; --n) {
      octets += "0123456789abcdef"[rng_.below(16)];
      octets += "0123456789abcdef"[rng_.below(16)];
    }
    const std::string source = rng_.chance(0.5) ? "10.9.9.9" : "10.66.0." + std::to_string(between(1, nodes_));
    const auto where = rng_.below(links_);
    if (std::ranges::count(frequencies_, where) > 0) return;  // datagrams have no place there
    event(at, "link = " + quoted(link_name(where)) + "\nsource = " + quoted(source) + "\ninject = " + quoted(octets));
  }

  // Half of the silent ships have told the others before.
  void silence(std::size_t n, std::uint64_t from, std::uint64_t to) {
    event(from, "node = " + quoted(name(n)) + "\nemcon = true");
    event(to, "node = " + quoted(name(n)) + "\nemcon = false");
    if (!rng_.chance(0.5)) return;
    for (std::size_t other = 0; other < nodes_; ++other) {
      const bool neighbours =
          std::ranges::any_of(on_[n], [&](std::size_t l) { return std::ranges::count(on_[other], l) > 0; });
      if (other == n || !neighbours) continue;
      const std::string who = "node = " + quoted(name(other)) + "\npeer = " + quoted(name(n)) + "\n";
      event(from, who + "peer_emcon = true");
      event(to, who + "peer_emcon = false");
    }
  }

  std::uint64_t seed_;
  bool modems_;
  bool mixed_;
  bool coded_;
  Rng rng_;
  std::string text_;
  std::size_t nodes_ = 0, links_ = 0, relay_ = 0;
  std::uint64_t expiry_ = 0;
  std::vector<std::vector<std::size_t>> on_;  // links of each node
  std::vector<std::uint64_t> rates_;
  std::vector<std::size_t> frequencies_;                     // links of modems
  std::vector<std::pair<std::size_t, std::uint64_t>> sent_;  // by whom and when
};

}  // namespace

std::string generate_scenario(std::uint64_t seed, bool modems, bool mixed, bool coded) {
  return Generator(seed, modems, mixed, coded).run();
}

}  // namespace longwire::sim
