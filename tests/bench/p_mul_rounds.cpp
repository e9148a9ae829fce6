// Time until the last receiver holds a message, beside an ideal in which no Ack and no Address_PDU
// is lost and timers cost nothing. Virtual time; usage:
//   bench_p_mul_rounds [--seeds N] [--cold] [--link NAME] [--size OCTETS] [--loss P] [--receivers N] [--trace]
#include "virtual_channel.hpp"

#include "acp142/pdu.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::acp142;
using longwire::acp142::testing::VirtualChannel;

struct NamedLink {
  const char* name;
  BearerTiming timing;
  std::size_t mtu;
};

std::vector<NamedLink> links() {
  using std::chrono::milliseconds;
  std::vector<NamedLink> all(3);
  all[0] = {"sat64k", {}, 1500};
  all[0].timing.latency = milliseconds{300};
  all[1] = {"hf9600", {}, 576};
  all[1].timing = {9600, true, milliseconds{2000}, milliseconds{20}, 0, 28, Duration{0}};
  all[2] = all[1];
  all[2].name = "hf2400";
  all[2].timing.rate_bps = 2400;
  for (auto& link : all) link.timing.max_pdu = link.mtu - 28;
  return all;
}

struct Case {
  std::size_t size;
  double loss;
  std::size_t receivers;
};

// ---- the ideal: rounds of a fixed plan, every Ack and Address_PDU arrives

constexpr std::size_t headers = 28 + 16, address = 28 + 24, ack = 28 + 24;

double conforming_round(const Case& c, const NamedLink& link, const std::vector<unsigned>& copies, std::uint64_t seed) {
  Rng rng(seed + 77);
  const auto half = link.timing.half_duplex;
  const auto turnaround = to_seconds(link.timing.turnaround), delay = to_seconds(link.timing.latency);
  const auto octet = 8.0 / static_cast<double>(link.timing.rate_bps);
  const auto fragment = link.mtu - headers;
  const auto k = (c.size + fragment - 1) / fragment;
  const auto last = c.size - (k - 1) * fragment + headers;
  std::vector<std::vector<bool>> have(c.receivers, std::vector<bool>(k));
  std::vector<std::size_t> missing(c.receivers, k);
  std::vector<bool> known(c.receivers);
  double t = 0, done = 0;
  for (std::size_t round = 0;; ++round) {
    t += (half ? turnaround : 0) + static_cast<double>(address + 8 * c.receivers) * octet;
    std::vector<std::size_t> wanted;
    for (std::size_t s = 0; s < k; ++s)
      for (std::size_t i = 0; i < c.receivers; ++i)
        if (!have[i][s]) {
          wanted.push_back(s);
          break;
        }
    for (unsigned pass = copies[std::min(round, copies.size() - 1)]; pass > 0; --pass)
      for (const auto s : wanted) {
        t += static_cast<double>(s + 1 < k ? link.mtu : last) * octet;
        for (std::size_t i = 0; i < c.receivers; ++i) {
          if (have[i][s] || rng.chance(c.loss)) continue;
          have[i][s] = true;
          if (--missing[i] == 0) done = std::max(done, t + delay);
        }
      }
    if (std::all_of(missing.begin(), missing.end(), [](auto m) { return m == 0; })) return done;
    for (std::size_t i = 0; i < c.receivers; ++i) {
      if (known[i]) continue;
      if (half) t += turnaround + static_cast<double>(ack + 6 * std::min<std::size_t>(missing[i], 40)) * octet;
      if (missing[i] == 0) known[i] = true;
    }
    if (!half) t += 2 * delay + static_cast<double>(ack + 60) * octet;
  }
}

double conforming(const Case& c, const NamedLink& link, unsigned seeds) {
  const std::vector<std::vector<unsigned>> plans{{1}, {1, 2}, {1, 1, 2}, {1, 2, 3}, {1, 3}, {2}, {2, 3}, {3}};
  double best = 1e300;
  for (const auto& plan : plans) {
    double sum = 0;
    for (unsigned s = 0; s < seeds; ++s) sum += conforming_round(c, link, plan, s);
    best = std::min(best, sum / seeds);
  }
  return best;
}

// ---- ours

struct Outcome {
  double last = 0;     // s until the last receiver holds it
  double settled = 0;  // s until the sender knows
  double forward = 0;  // octets on the air per octet of payload
  double backward = 0;
  double overs = 0;
  unsigned failed = 0;
};

const char* kind(const Frame& frame) {
  static std::string text;
  const auto decoded = decode(frame.octets);
  text = std::string(to_string(type_of(decoded->pdu)));
  if (const auto* data = std::get_if<DataPdu>(&decoded->pdu)) text += " " + std::to_string(data->sequence);
  if (const auto* a = std::get_if<AckPdu>(&decoded->pdu)) {
    text += " from " + to_string(a->sender) + " missing";
    for (const auto& entry : a->entries)
      for (const auto& item : entry.missing) text += " " + std::to_string(item.first) + "-" + std::to_string(item.last);
  }
  if (const auto* a = std::get_if<AddressPdu>(&decoded->pdu)) text += " for " + std::to_string(a->destinations.size());
  return text.c_str();
}

Outcome run(const Case& c, const NamedLink& link, std::uint64_t seed, bool cold, bool trace) {
  VirtualChannel channel({link.timing, c.loss}, seed);
  channel.keep_notices = false;
  channel.add_stations(c.receivers + 1, {}, seed, cold ? -1 : c.loss);
  if (trace)
    channel.on_air = [&](std::size_t from, const Frame& frame) {
      std::printf("  %9.3f  %zu  %s\n", to_seconds(channel.now() - Time{}), from, kind(frame));
    };
  Rng rng(seed);
  Outgoing message;
  message.message_id = 1;
  message.expiry = Time{} + std::chrono::hours{24};
  message.group = acp142::testing::group_address;
  for (std::size_t i = 1; i <= c.receivers; ++i) message.destinations.push_back({acp142::testing::station_id(i), 1});
  for (std::size_t i = 0; i < c.size; ++i) message.octets.push_back(static_cast<std::uint8_t>(rng.next()));
  Outcome outcome;
  bool closed = false;
  std::size_t complete = 0;
  channel.on_notice = [&](std::size_t, const Notice& notice) {
    const auto now = to_seconds(channel.now() - Time{});
    if (std::holds_alternative<notice::Received>(notice) && ++complete == c.receivers) outcome.last = now;
    if (std::holds_alternative<notice::Failed>(notice)) ++outcome.failed;
    if (std::holds_alternative<notice::TransferClosed>(notice)) {
      closed = true;
      outcome.settled = now;
    }
  };
  if (!channel.entity(0).send(message, Time{}).empty()) std::abort();
  channel.run(Time{} + std::chrono::hours{23}, [&] { return closed; });
  if (complete != c.receivers) ++outcome.failed;
  const auto payload = static_cast<double>(c.size);
  outcome.forward = static_cast<double>(channel.station(0).octets_sent) / payload;
  for (std::size_t i = 1; i <= c.receivers; ++i)
    outcome.backward += static_cast<double>(channel.station(i).octets_sent) / payload;
  outcome.overs = static_cast<double>(channel.overs);
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  unsigned seeds = 40;
  bool cold = false, trace = false;
  std::string only_link;
  std::size_t only_size = 0, only_receivers = 0;
  double only_loss = -1;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (option == "--cold") cold = true;
    if (option == "--trace") trace = true;
    if (option == "--seeds") seeds = static_cast<unsigned>(std::atoi(value));
    if (option == "--link") only_link = value;
    if (option == "--size") only_size = static_cast<std::size_t>(std::atoi(value));
    if (option == "--loss") only_loss = std::atof(value);
    if (option == "--receivers") only_receivers = static_cast<std::size_t>(std::atoi(value));
  }
  std::printf("%u seeds, loss %s\n", seeds, cold ? "not known before" : "measured before");
  std::printf(
      "| link | size | loss | receivers | last receiver s | conforming s | ratio | sender knows s | octets out | "
      "octets back | overs | failed |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& link : links())
    for (const std::size_t size : {1000U, 10000U, 100000U})
      for (const double loss : {0.0, 0.05, 0.2})
        for (const std::size_t receivers : {1U, 5U}) {
          if (!only_link.empty() && only_link != link.name) continue;
          if ((only_size != 0 && only_size != size) || (only_receivers != 0 && only_receivers != receivers)) continue;
          if (only_loss >= 0 && std::abs(only_loss - loss) > 1e-9) continue;
          const Case c{size, loss, receivers};
          Outcome sum;
          for (unsigned s = 1; s <= seeds; ++s) {
            const auto one = run(c, link, s, cold, trace);
            sum.last += one.last / seeds;
            sum.settled += one.settled / seeds;
            sum.forward += one.forward / seeds;
            sum.backward += one.backward / seeds;
            sum.overs += one.overs / seeds;
            sum.failed += one.failed;
          }
          const auto ideal = conforming(c, link, 100);
          std::printf("| %s | %zu | %g %% | %zu | %.2f | %.2f | %.3f | %.2f | %.2f | %.3f | %.1f | %u |\n", link.name,
                      size, 100 * loss, receivers, sum.last, ideal, sum.last / ideal, sum.settled, sum.forward,
                      sum.backward, sum.overs, sum.failed);
          std::fflush(stdout);
        }
}
