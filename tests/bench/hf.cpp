// Mail over STANAG 5066 stacks and simulated modems, whole nodes in virtual time.
//
//   bench_hf [flash] [mail] [--seeds N]
//
// flash: a FLASH of 300 octets while the same node sends a ROUTINE of 100 kB; time from its submission to the
//        first bit of its first D_PDU, in D_PDU times of the routine traffic.
// mail:  1 kB of mail on an idle link, SMTP to far Maildir, as a multiple of the bare air time of its octets with
//        one preamble, interleaver fill and flush.
#include "fleet.hpp"

#include "bearers/modem/waveform.hpp"
#include "bearers/s5066/d_pdu.hpp"
#include "sim/hf_air.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

namespace longwire::bench {
namespace {

std::string pair_text(unsigned rate, const std::string& keys, const std::string& interleaver) {
  return "duration = \"8h\"\n[[link]]\nname = \"hf\"\nkind = \"hf\"\nbearer = \"modem\"\nrate = " +
         std::to_string(rate) + "\ninterleaver = \"" + interleaver + "\"\n" + keys +
         "[[node]]\nname = \"s\"\nlinks = [\"hf\"]\n[[node]]\nname = \"r1\"\nlinks = [\"hf\"]\n";
}

// A D_PDU that carries the start of a U_PDU of this priority: C_PDU type 0, then S_PDU type 0 and the priority.
bool starts_u_pdu(const Bytes& octets, std::uint8_t priority) {
  const auto d_pdu = s5066::decode_d_pdu(octets);
  const auto* segment = d_pdu ? s5066::segment_of(d_pdu->pdu) : nullptr;
  return segment != nullptr && segment->octets.size() > 2 && segment->octets[0] == 0 && segment->octets[1] == priority;
}

struct Flash {
  double wait = -1;       // to the first D_PDU of the FLASH
  bool own_over = false;  // it was submitted, and could go, while the sender was transmitting
  double delivered = -1;
};

Flash flash_run(unsigned rate, double at, std::uint64_t seed) {
  const auto text = pair_text(rate, "", "short") + message_text("routine", 0, 100'000, 1) +
                    message_text("flash", at, 500, 1, "flash");
  const auto s = scenario(text);
  const auto priority = static_cast<std::uint8_t>(15 - row(Precedence::flash).pmul);
  Flash out;
  bool keyed = false, began_keyed = false, submitted = false;
  sim::WorldOptions options;
  options.seed = seed;
  options.on_hf = [&](std::size_t, const sim::HfEvent& e) {
    const double t = to_seconds(e.time - s.start);
    if (!submitted && t >= at) {
      submitted = true;
      began_keyed = keyed;
    }
    if (e.station != 0) return;
    if (e.kind == sim::HfEvent::Kind::carrier_up) keyed = true;
    if (e.kind == sim::HfEvent::Kind::carrier_down) {
      keyed = false;
      if (submitted && out.wait < 0) began_keyed = false;  // the over ended before it could go
    }
    if (e.kind != sim::HfEvent::Kind::sent || t < at || out.wait >= 0 || !starts_u_pdu(*e.octets, priority)) return;
    out.wait = t - at;
    out.own_over = began_keyed;
  };
  sim::World world(s, std::move(options));
  world.run();
  for (const auto& outcome : world.scoreboard().outcomes())
    if (outcome.plan->name == "flash" && outcome.recipients[0].delivered)
      out.delivered = to_seconds(*outcome.recipients[0].delivered - s.start) - at;
  return out;
}

void flash(unsigned seeds) {
  std::printf(
      "\n## FLASH against a running ROUTINE of 100 kB, own over (%u moments a rate)\n\n"
      "| rate | one D_PDU s | waits mean, worst s | in D_PDU times mean, worst | within own over | elsewhere, mean s "
      "|\n"
      "|---|---|---|---|---|---|\n",
      seeds);
  for (const unsigned rate : {75U, 300U, 1200U, 2400U, 9600U}) {
    const double d_pdu = (rate >= 300 ? 1023 + 22 : 200 + 22) * 8.0 / rate;
    const double span = 100'000.0 * 8 / rate;
    Mean own, other;
    double worst = 0;
    unsigned missing = 0;
    Rng rng(4'711);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto f = flash_run(rate, span * (0.1 + 0.75 * rng.uniform()), seed);
      if (f.wait < 0 || f.delivered < 0) {
        ++missing;
        continue;
      }
      (f.own_over ? own : other).add(f.wait);
      if (f.own_over) worst = std::max(worst, f.wait);
    }
    std::printf("| %u | %.2f | %.2f, %.2f | %.2f, %.2f | %u of %u | %.1f |%s\n", rate, d_pdu, own.value(), worst,
                own.value() / d_pdu, worst / d_pdu, own.n, seeds, other.value(), missing > 0 ? " SOME NEVER CAME" : "");
    std::fflush(stdout);
  }
}

double mail_run(unsigned rate, const std::string& interleaver, const std::string& keys, std::uint64_t seed) {
  const auto s = scenario(pair_text(rate, keys, interleaver) + message_text("mail", 60, 1'000, 1));
  sim::WorldOptions options;
  options.seed = seed;
  sim::World world(s, std::move(options));
  world.run_until(s.start + s.duration);
  for (const auto& outcome : world.scoreboard().outcomes())
    if (outcome.recipients[0].delivered) return to_seconds(*outcome.recipients[0].delivered - s.start) - 60;
  return INFINITY;
}

void mail(unsigned seeds) {
  std::printf(
      "\n## 1 kB of mail on an idle link, SMTP to far Maildir, mean of %u\n\n"
      "| rate | interleaver | bare air time s | clean s | ratio | 5 %% of D_PDUs lost s | ratio |\n"
      "|---|---|---|---|---|---|---|\n",
      seeds);
  for (const unsigned rate : {75U, 300U, 1200U, 2400U, 9600U})
    for (const std::string interleaver : {"short", "long"}) {
      const modem::Waveform waveform{rate,
                                     interleaver == "short" ? modem::Interleaver::short_ : modem::Interleaver::long_};
      const auto timing = modem::usual_timing(waveform, std::chrono::milliseconds{100});
      const double bare = 1'000 * 8.0 / rate + to_seconds(timing.lead + timing.tail);
      Mean clean, lossy;
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        clean.add(mail_run(rate, interleaver, "", seed));
        lossy.add(mail_run(rate, interleaver, "loss = 0.05\n", seed));
      }
      std::printf("| %u | %s | %.2f | %.2f | %.2f | %.2f | %.2f |\n", rate, interleaver.c_str(), bare, clean.value(),
                  clean.value() / bare, lossy.value(), lossy.value() / bare);
      std::fflush(stdout);
    }
}

}  // namespace
}  // namespace longwire::bench

int main(int argc, char** argv) {
  std::set<std::string> parts;
  unsigned seeds = 20;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--seeds" && i + 1 < argc) seeds = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    else if (word == "flash" || word == "mail") parts.insert(word);
    else {
      std::fprintf(stderr, "usage: bench_hf [flash] [mail] [--seeds N]\n");
      return 2;
    }
  }
  if (parts.empty() || parts.contains("flash")) longwire::bench::flash(seeds);
  if (parts.empty() || parts.contains("mail")) longwire::bench::mail(seeds);
}
