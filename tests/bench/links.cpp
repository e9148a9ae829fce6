// Messages over simulated links with the whole node stack, beside what physics and an ideal P_MUL
// allow. Time runs from the SMTP submission to the moment the last receiver holds the message.
//
//   bench_links [table|flash|emcon|speed ...] [--seeds N] [--link NAME] [--loss P] [--loss P]
#include "fleet.hpp"
#include "sim/verdict.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <vector>

namespace longwire::bench {
namespace {

constexpr double warm_up_spacing = 1'800;  // seconds between the messages that teach the peers' loss
constexpr unsigned warm_up_messages = 3;
constexpr std::size_t warm_up_size = 10'000;

struct Settings {
  unsigned seeds = 20;
  std::set<std::string> parts;
  std::string link;
  std::vector<double> losses{0.0, 0.05, 0.2};  // of the table
  bool wants(const char* part) const { return parts.empty() || parts.count(part) > 0; }
  bool wants(const Link& l) const { return link.empty() || link == l.name; }
};

struct Measured {
  Mean seconds, forward, back, turnarounds, carried;
  double worst = 0;
  unsigned undelivered = 0;
};

struct Air {
  std::uint64_t sender = 0, receivers = 0, turnarounds = 0;
};

Air air_of(const sim::World& world) {
  Air air;
  const auto& channel = world.channels().front();
  for (sim::StationIndex s = 0; s < channel.stations(); ++s) {
    (s == 0 ? air.sender : air.receivers) += channel.station(s).octets_sent;
    air.turnarounds += channel.station(s).turnarounds;
  }
  return air;
}

// One message in `warm`: after three others, so that the sender has measured its peers' loss.
void measure(const Link& link, const Case& load, bool warm, std::uint64_t seed, Measured& out) {
  const double at = warm ? warm_up_messages * warm_up_spacing : 0;
  FleetOptions options{load, (at + 4 * 3'600) / 3'600, false, ""};
  std::string text = fleet_text(link, options);
  for (unsigned i = 0; warm && i < warm_up_messages; ++i)
    text += message_text("warm" + std::to_string(i), i * warm_up_spacing, warm_up_size, load.receivers);
  text += message_text("measured", at, load.size, load.receivers);
  const auto s = scenario(text);
  sim::WorldOptions world_options;
  world_options.seed = seed;
  double carried = 0;  // the CompressedData octets P_MUL was given, of the last transfer
  world_options.on_report = [&](const std::string& node, const engine::action::Report& report) {
    if (node == "s" && report.name == "transfer_started") carried = report.fields.at("octets").to_number<double>();
  };
  sim::World world(s, std::move(world_options));
  world.run_until(s.start + from_seconds(at) - Duration{1});
  const auto before = air_of(world);
  world.run();
  const auto after = air_of(world);
  double last = 0;
  for (const auto& r : world.scoreboard().outcomes().back().recipients) {
    if (!r.delivered) {
      ++out.undelivered;
      return;
    }
    last = std::max(last, to_seconds(*r.delivered - s.start) - at);
  }
  out.carried.add(carried);
  out.seconds.add(last);
  out.worst = std::max(out.worst, last);
  const auto payload = static_cast<double>(load.size);
  out.forward.add(static_cast<double>(after.sender - before.sender) / payload);
  out.back.add(static_cast<double>(after.receivers - before.receivers) / payload);
  out.turnarounds.add(static_cast<double>(after.turnarounds - before.turnarounds));
}

void print_row(const Link& link, const Case& load, const Measured& cold, const Measured& warm) {
  const double genie = genie_seconds(load, link);
  const unsigned runs = load.size > 50'000 ? 60 : 400;
  const double conforming = conforming_seconds(load, link, runs);
  // What the ratio would be if headers of mail and MULE were part of the message.
  Case carried = load;
  carried.size = static_cast<std::size_t>(warm.carried.value());
  const double own = carried.size > 0 ? conforming_seconds(carried, link, runs) : conforming;
  std::printf(
      "| %s | %zu | %g %% | %zu | %.2f | %.2f | %.2f (%.2f x) | %.2f (%.2f x) | %.2f | %zu (%.2f x) | %.2f + %.3f | "
      "%.1f |",
      link.name.c_str(), load.size, load.loss * 100, load.receivers, genie, conforming, cold.seconds.value(),
      cold.seconds.value() / conforming, warm.seconds.value(), warm.seconds.value() / conforming, warm.worst,
      carried.size, warm.seconds.value() / own, warm.forward.value(), warm.back.value(), warm.turnarounds.value());
  if (cold.undelivered + warm.undelivered > 0) std::printf(" %u runs undelivered", cold.undelivered + warm.undelivered);
  std::printf("\n");
  std::fflush(stdout);
}

void table(const Settings& settings) {
  std::printf("## Time to the last receiver (mean of %u seeds; ratios are to the conforming time)\n\n", settings.seeds);
  std::printf(
      "conforming: plain P_MUL as an ideal in rounds, no Ack or Address_PDU lost. cold: the first message between\n"
      "these nodes. warm: after three messages of 10 kB. carried: octets P_MUL carries for the message (trace and\n"
      "MULE header added, compressed) and the warm ratio to the conforming time of those. Bytes on air per octet\n"
      "submitted, sender + receivers, until the exchange is over.\n\n");
  std::printf(
      "| link | size | loss | receivers | genie s | conforming s | cold s | warm s | warm worst s | carried | bytes "
      "per byte | "
      "turnarounds |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& link : {sat64k, hf9600, hf2400})
    for (const std::size_t size : {1'000U, 10'000U, 100'000U})
      for (const double loss : settings.losses)
        for (const std::size_t receivers : {1U, 5U}) {
          if (!settings.wants(link)) continue;
          const Case load{size, loss, receivers};
          Measured cold, warm;
          for (std::uint64_t seed = 1; seed <= settings.seeds; ++seed) {
            measure(link, load, false, seed, cold);
            measure(link, load, true, seed, warm);
          }
          print_row(link, load, cold, warm);
        }
}

// FLASH of 1 kB while the same node sends a ROUTINE of 100 kB.
struct FlashTimes {
  double start = -1, delivered = -1;
};

FlashTimes flash_run(const Link& link, std::uint64_t seed, double at, bool busy) {
  std::string text = fleet_text(link, {{100'000, 0, 1}, 2, false, ""});
  if (busy) text += message_text("routine", 0, 100'000, 1);
  text += message_text("flash", at, 1'000, 1, "flash");
  const auto s = scenario(text);
  FlashTimes times;
  sim::WorldOptions options;
  options.seed = seed;
  const auto flash = row(Precedence::flash).pmul;
  options.on_air = [&](const sim::AirEvent& e) {
    if (e.kind != sim::AirEvent::Kind::started || e.station != 0 || times.start >= 0) return;
    if (e.frame->octets.size() > 2 && e.frame->octets[2] == flash) times.start = to_seconds(e.time - s.start) - at;
  };
  sim::World world(s, std::move(options));
  world.run();
  for (const auto& outcome : world.scoreboard().outcomes())
    if (outcome.plan->name == "flash" && outcome.recipients[0].delivered)
      times.delivered = to_seconds(*outcome.recipients[0].delivered - s.start) - at;
  return times;
}

void flash(const Settings& settings) {
  std::printf("\n## FLASH of 1 kB against a running ROUTINE of 100 kB (%u moments within its own over)\n\n",
              settings.seeds);
  std::printf(
      "| link | one PDU s | first bit mean, worst s | in PDU times mean, worst | delivered mean s | idle link s | "
      "ratio |\n"
      "|---|---|---|---|---|---|---|\n");
  for (const auto& link : {sat64k, hf9600, hf2400}) {
    if (!settings.wants(link)) continue;
    const double pdu = static_cast<double>(link.mtu) * 8 / link.rate;
    const double span = 100'000.0 * 8 / link.rate;
    Mean start, delivered;
    double worst = 0;
    Rng rng(4'711);
    unsigned missing = 0;
    for (std::uint64_t seed = 1; seed <= settings.seeds; ++seed) {
      const auto t = flash_run(link, seed, link.turnaround + span * (0.05 + 0.85 * rng.uniform()), true);
      if (t.start < 0 || t.delivered < 0) {
        ++missing;
        continue;
      }
      start.add(t.start);
      delivered.add(t.delivered);
      worst = std::max(worst, t.start);
    }
    const double idle = flash_run(link, 1, 10, false).delivered;
    std::printf("| %s | %.3f | %.3f, %.3f | %.2f, %.2f | %.2f | %.2f | %.2f |%s\n", link.name.c_str(), pdu,
                start.value(), worst, start.value() / pdu, worst / pdu, delivered.value(), idle,
                delivered.value() / idle, missing > 0 ? " some FLASH never came" : "");
  }
}

// Message lengths on the air until every silent receiver had the message; infinity when not all got it.
double emcon_run(const Link& link, const Case& load, unsigned copies, std::uint64_t seed) {
  const auto s =
      scenario(fleet_text(link, {load, 12, true, "emcon_rtc = " + std::to_string(copies) + "\nemcon_rti = \"60s\"\n"}) +
               message_text("blind", 0, load.size, load.receivers));
  double data = 0;
  std::set<std::size_t> first_copy;
  double one_length = 0;
  std::vector<double> spent;  // data octets sent when each receiver was complete
  sim::WorldOptions options;
  options.seed = seed;
  options.on_air = [&](const sim::AirEvent& e) {
    if (e.kind != sim::AirEvent::Kind::started || e.station != 0 || e.frame->octets.size() < 16) return;
    const auto& octets = e.frame->octets;
    if ((octets[3] & 0x3F) != 0) return;  // Data_PDU
    data += static_cast<double>(e.frame->octets_on_air);
    if (first_copy.insert(static_cast<std::size_t>(octets[4]) << 8 | octets[5]).second)
      one_length += static_cast<double>(e.frame->octets_on_air);
  };
  options.on_report = [&](const std::string& node, const engine::action::Report& report) {
    if (node != "s" && report.name == "message_received") spent.push_back(data);
  };
  sim::World world(s, std::move(options));
  world.run();
  if (spent.size() < load.receivers || one_length <= 0) return std::numeric_limits<double>::infinity();
  return *std::ranges::max_element(spent) / one_length;
}

void emcon(const Settings& settings) {
  const unsigned seeds = std::max(100U, settings.seeds * 10);
  const Case load{10'000, 0.2, 5};
  const unsigned copies = 9;
  const std::size_t k = (load.size + hf2400.mtu - data_headers - 1) / (hf2400.mtu - data_headers);
  std::vector<double> lengths;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) lengths.push_back(emcon_run(hf2400, load, copies, seed));
  std::printf(
      "\n## EMCON: probability that all 5 silent receivers have 10 kB after B message lengths\n"
      "(hf2400, 20 %% loss, no feedback, %u runs; k = %zu PDUs)\n\n| B | measured | computed repetition | ideal code "
      "|\n|---|---|---|---|\n",
      seeds, k);
  for (unsigned b = 1; b <= copies; ++b) {
    const auto got = std::ranges::count_if(lengths, [&](double l) { return l <= b + 1e-9; });
    const double ideal = std::pow(1 - tail(k * b, k, load.loss), static_cast<double>(load.receivers));
    std::printf("| %u | %.1f %% | %.1f %% | %.1f %% |\n", b, 100.0 * static_cast<double>(got) / seeds,
                100 * repetition_probability(k, load.loss, load.receivers, b), 100 * ideal);
  }
}

// Six nodes on one half-duplex 2400 bit/s link, 2 kB from each every 3 minutes for a day.
void speed_of(const char* what, bool multicast) {
  std::string text =
      "duration = \"24h\"\n[[link]]\nname = \"air\"\nkind = \"half-duplex\"\nrate = 2400\nturnaround = \"1s\"\nloss = "
      "0.02\n";
  for (int n = 1; n <= 6; ++n) text += "[[node]]\nname = \"n" + std::to_string(n) + "\"\nlinks = [\"air\"]\n";
  for (int n = 1; n <= 6; ++n)
    text += "[[message]]\nname = \"m" + std::to_string(n) + "\"\nat = \"" + std::to_string(30 * n) + "s\"\nfrom = \"n" +
            std::to_string(n) + "\"\nto = \"" + (multicast ? "*" : "n" + std::to_string(n % 6 + 1)) +
            "\"\nsize = 2000\nevery = \"180s\"\ncount = 470\n";
  const auto s = scenario(text);
  const auto begin = std::chrono::steady_clock::now();
  sim::World world(s, {});
  world.run();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  const auto& channel = world.channels().front();
  Duration air{0};
  std::uint64_t overs = 0, frames = 0;
  for (sim::StationIndex i = 0; i < channel.stations(); ++i) {
    air += channel.station(i).air;
    overs += channel.station(i).overs;
    frames += channel.station(i).frames_sent;
  }
  const double busy = to_seconds(air) + static_cast<double>(overs);
  std::printf("| %s | %.0f | %.2f | %llu | %llu | %.0f %% | %zu of %zu |\n", what,
              to_seconds(s.duration) / wall.count(), wall.count(), static_cast<unsigned long long>(frames),
              static_cast<unsigned long long>(world.events()), 100 * busy / to_seconds(s.duration),
              world.scoreboard().delivered_recipients(), world.scoreboard().accepted_recipients());
}

void speed(const Settings& /*settings*/) {
  std::printf(
      "\n## Speed: 6 nodes, half duplex 2400 bit/s, 2820 messages of 2 kB in 24 h, one core\n\n"
      "| traffic | simulated seconds per wall second | wall s | frames | events | channel in use | delivered |\n"
      "|---|---|---|---|---|---|---|\n");
  speed_of("to one", false);
  speed_of("to all five", true);
}

int run(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--seeds" && i + 1 < argc) settings.seeds = static_cast<unsigned>(std::max(1, std::atoi(argv[++i])));
    else if (arg == "--link" && i + 1 < argc) settings.link = argv[++i];
    else if (arg == "--loss" && i + 1 < argc) settings.losses = {std::clamp(std::atof(argv[++i]), 0.0, 0.9)};
    else if (arg == "table" || arg == "flash" || arg == "emcon" || arg == "speed") settings.parts.insert(arg);
    else {
      std::fprintf(
          stderr, "usage: %s [table|flash|emcon|speed ...] [--seeds N] [--link sat64k|hf9600|hf2400] [--loss 0..0.9]\n",
          argv[0]);
      return 2;
    }
  }
  if (settings.wants("speed")) speed(settings);
  if (settings.wants("flash")) flash(settings);
  if (settings.wants("emcon")) emcon(settings);
  if (settings.wants("table")) table(settings);
  return 0;
}

}  // namespace
}  // namespace longwire::bench

int main(int argc, char** argv) { return longwire::bench::run(argc, argv); }
