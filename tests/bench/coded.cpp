// Coded P_MUL beside plain P_MUL and the genie limit, in virtual time; usage:
//   bench_coded [--seeds N] [--link NAME] [--size OCTETS] [--loss P] [--receivers N] [--burst] [--cold] [--emcon]
// A cell: time until the last receiver holds the message, as the limit's share of it. --burst: losses in
// bursts of 3 s in the mean at each receiver. --emcon: silent receivers, how often all have it and at what cost.
#include "acp142/pdu.hpp"
#include "limits.hpp"
#include "virtual_channel.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::acp142;
using longwire::acp142::testing::VirtualChannel;

std::vector<bench::Link> links() {
  return {{"sat64k", false, 64'000, 0.3, 0, 1500},
          {"hf9600", true, 9600, 0.02, 2, 576},
          {"hf2400", true, 2400, 0.02, 2, 576}};
}

BearerTiming timing_of(const bench::Link& link) {
  BearerTiming timing;
  timing.rate_bps = static_cast<std::uint64_t>(link.rate);
  timing.half_duplex = link.half;
  timing.turnaround = from_seconds(link.turnaround);
  timing.latency = from_seconds(link.delay);
  timing.max_pdu = link.mtu - 28;
  return timing;
}

// A receiver's channel that is good or bad for exponential times; everything is lost while it is bad.
class Fading {
 public:
  Fading(double loss, double bad_seconds, std::uint64_t seed)
      : rng_(seed), bad_mean_(bad_seconds), good_mean_(bad_seconds * (1 - loss) / loss), bad_(rng_.chance(loss)) {}
  bool lost(double at) {
    while (until_ <= at) {
      bad_ = !bad_;
      until_ += -std::log(1 - rng_.uniform()) * (bad_ ? bad_mean_ : good_mean_);
    }
    return bad_;
  }

 private:
  Rng rng_;
  double bad_mean_, good_mean_, until_ = 0;
  bool bad_;
};

constexpr double burst_seconds = 3;

struct Options {
  unsigned seeds = 3;
  std::string link;
  std::size_t size = 0, receivers = 0;
  double loss = -1;
  bool burst = false, cold = false, emcon = false, trace = false;
};

struct Outcome {
  double last = 0, air = 0, back = 0, overs = 0;
  unsigned complete = 0, failed = 0;
  void add(const Outcome& one, unsigned seeds) {
    last += one.last / seeds;
    air += one.air / seeds;
    back += one.back / seeds;
    overs += one.overs / seeds;
    complete += one.complete;
    failed += one.failed;
  }
};

void add_stations(VirtualChannel& channel, const bench::Case& c, const bench::Link& link, bool coded, bool cold,
                  double burst, std::uint64_t seed) {
  Parameters parameters;
  parameters.emcon_loss = c.loss;
  parameters.emcon_burst = from_seconds(burst);
  for (std::size_t i = 0; i <= c.receivers; ++i) {
    std::vector<Peer> peers;
    for (std::size_t other = 0; other <= c.receivers; ++other) {
      if (other == i) continue;
      Peer peer;
      peer.id = acp142::testing::station_id(other);
      peer.address = acp142::testing::station_address(other);
      peer.loss = cold ? -1 : c.loss;
      peer.burst = cold ? 0 : burst;
      if (coded) peer.coding = Coding::always;
      peers.push_back(peer);
    }
    channel.add(
        std::make_unique<Entity>(acp142::testing::station_id(i), timing_of(link), parameters, peers, seed * 1000 + i));
  }
}

void trace(const VirtualChannel& channel, std::size_t from, const Frame& frame) {
  const auto decoded = decode(frame.octets);
  std::printf("%8.2f %zu ", to_seconds(channel.now() - Time{}), from);
  if (const auto* data = std::get_if<DataPdu>(&decoded->pdu)) std::printf("data %u\n", data->sequence);
  if (const auto* address = std::get_if<AddressPdu>(&decoded->pdu))
    std::printf("%s%s to %zu\n", address->fec ? "FEC " : "", address->extra ? "Extra" : "Address",
                address->destinations.size());
  if (const auto* ack = std::get_if<AckPdu>(&decoded->pdu)) {
    std::printf("Ack");
    for (const auto& item : ack->entries.at(0).missing) std::printf(" %u-%u", item.first, item.last);
    std::printf("\n");
  }
}

Outcome run(const bench::Case& c, const bench::Link& link, const Options& options, bool coded, std::uint64_t seed) {
  VirtualChannel channel({timing_of(link), options.burst ? 0 : c.loss}, seed);
  channel.keep_notices = false;
  add_stations(channel, c, link, coded, options.cold, options.burst ? burst_seconds : 0, seed);
  std::vector<Fading> fading;
  if (options.burst && c.loss > 0) {
    for (std::size_t i = 0; i <= c.receivers; ++i) fading.emplace_back(c.loss, burst_seconds, seed * 31 + i);
    channel.drop = [&](std::size_t, std::size_t to, const Frame&) {
      return fading[to].lost(to_seconds(channel.now() - Time{}));
    };
  }
  if (options.trace && coded) channel.on_air = [&](std::size_t from, const Frame& f) { trace(channel, from, f); };
  Outgoing message;
  message.message_id = 1;
  message.expiry = Time{} + std::chrono::hours{24};
  message.group = acp142::testing::group_address;
  Rng rng(seed);
  message.octets.resize(c.size);
  for (auto& octet : message.octets) octet = static_cast<std::uint8_t>(rng.next());
  for (std::size_t i = 1; i <= c.receivers; ++i) {
    message.destinations.push_back({acp142::testing::station_id(i), 1});
    if (!options.emcon) continue;
    channel.entity(i).set_emcon(true, Time{});
    channel.entity(0).set_peer_emcon(acp142::testing::station_id(i), true, Time{});
  }
  Outcome outcome;
  bool closed = false;
  channel.on_notice = [&](std::size_t at, const Notice& notice) {
    if (const auto* received = std::get_if<notice::Received>(&notice)) {
      if (at == 0 || received->octets != message.octets) std::abort();
      if (++outcome.complete == c.receivers) outcome.last = to_seconds(channel.now() - Time{});
      if (options.trace && coded) std::printf("%8.2f %zu has it\n", to_seconds(channel.now() - Time{}), at);
    }
    if (std::holds_alternative<notice::Failed>(notice)) ++outcome.failed;
    if (std::holds_alternative<notice::TransferClosed>(notice)) closed = true;
  };
  if (!channel.entity(0).send(message, Time{}).empty()) std::abort();
  channel.run(Time{} + std::chrono::hours{23}, [&] { return closed; });
  const auto payload = static_cast<double>(c.size);
  outcome.air = static_cast<double>(channel.station(0).octets_sent) / payload;
  for (std::size_t i = 1; i <= c.receivers; ++i)
    outcome.back += static_cast<double>(channel.station(i).octets_sent) / payload;
  outcome.overs = static_cast<double>(channel.overs);
  return outcome;
}

// One Address_PDU, real headers, an ideal code.
double coded_ceiling(const bench::Case& c, const bench::Link& link) {
  const auto segment = link.mtu - bench::data_headers;
  const auto k = static_cast<double>((c.size + segment - 1) / segment);
  const auto n = bench::coded(static_cast<std::size_t>(k), c.loss, c.receivers);
  const auto air = 52.0 + 8.0 * static_cast<double>(c.receivers) +
                   n * (static_cast<double>(c.size) / k + static_cast<double>(bench::data_headers));
  return link.turnaround + link.delay + air * 8 / link.rate;
}

void cell(const bench::Case& c, const bench::Link& link, const Options& options) {
  Outcome coded, plain;
  for (unsigned seed = 1; seed <= options.seeds; ++seed) {
    coded.add(run(c, link, options, true, seed), options.seeds);
    plain.add(run(c, link, options, false, seed), options.seeds);
  }
  const auto genie = bench::genie_seconds(c, link);
  if (options.emcon) {
    const auto all = options.seeds * static_cast<unsigned>(c.receivers);
    std::printf("| %s | %zu | %g %%%s | %zu | %u of %u | %.2f | %u of %u | %.2f |\n", link.name.c_str(), c.size,
                100 * c.loss, options.burst ? " bursts" : "", c.receivers, coded.complete, all, coded.air,
                plain.complete, all, plain.air);
  } else {
    std::printf(
        "| %s | %zu | %g %%%s | %zu | %.2f | %.2f | %.1f %% | %.1f %% | %.1f %% | %.2f + %.3f | %.2f + %.3f | %.1f | "
        "%.1f | %u |\n",
        link.name.c_str(), c.size, 100 * c.loss, options.burst ? " bursts" : "", c.receivers, genie, coded.last,
        100 * genie / coded.last, 100 * coded_ceiling(c, link) / coded.last, 100 * genie / plain.last, coded.air,
        coded.back, plain.air, plain.back, coded.overs, plain.overs, coded.failed + plain.failed);
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (option == "--burst") options.burst = true;
    if (option == "--trace") options.trace = true;
    if (option == "--cold") options.cold = true;
    if (option == "--emcon") options.emcon = true;
    if (option == "--seeds") options.seeds = static_cast<unsigned>(std::atoi(value));
    if (option == "--link") options.link = value;
    if (option == "--size") options.size = static_cast<std::size_t>(std::atoi(value));
    if (option == "--loss") options.loss = std::atof(value);
    if (option == "--receivers") options.receivers = static_cast<std::size_t>(std::atoi(value));
  }
  std::printf("%u seeds, loss %s\n", options.seeds, options.cold ? "not known before" : "measured before");
  if (options.emcon)
    std::printf(
        "| link | size | loss | silent receivers | coded: have it | octets out | plain: have it | octets out |\n"
        "|---|---|---|---|---|---|---|---|\n");
  else
    std::printf(
        "| link | size | loss | receivers | genie s | coded s | genie / coded | ceiling / coded | genie / plain | "
        "octets coded | octets plain | overs coded | plain | failed "
        "|\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  std::vector<std::size_t> sizes{1000, 10'000, 100'000};
  std::vector<double> losses{0.0, 0.05, 0.2, 0.4};
  std::vector<std::size_t> receivers{1, 5, 20};
  if (options.size != 0) sizes = {options.size};
  if (options.loss >= 0) losses = {options.loss};
  if (options.receivers != 0) receivers = {options.receivers};
  for (const auto& link : links())
    for (const auto size : sizes)
      for (const auto loss : losses)
        for (const auto count : receivers)
          if (options.link.empty() || options.link == link.name) cell({size, loss, count}, link, options);
}
