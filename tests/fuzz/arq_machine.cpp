// A DataTransfer driven by a byte string: D_PDUs of any kind from a few stations, time steps, requests,
// connections, silence, carrier, overs that end early. What must hold: nothing leaves under EMCON nor
// before a heard EOT has run out, every D_PDU decodes, the EOTs of an over tell one end, time is not
// owed in the past for ever, memory stays bounded, and it comes to rest.
#include "base/limits.hpp"
#include "bearers/s5066/d_pdu.hpp"
#include "bearers/s5066/data_transfer.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace {

using namespace longwire;
using namespace longwire::s5066;
using std::chrono::milliseconds;
using std::chrono::seconds;

void require(bool condition, int line = __builtin_LINE()) {
  if (condition) return;
  std::fprintf(stderr, "broken at line %d\n", line);
  std::abort();
}

constexpr Address self{0x1020304, false};
Address peer(std::uint8_t n) { return {0x1020305U + n % 3, false}; }

DataTransferConfig config_for(std::uint8_t flavour) {
  DataTransferConfig config;
  config.self = self;
  config.half_duplex = (flavour & 1) == 0;
  config.slots = flavour & 2 ? 4 : 0;
  config.window = flavour & 4 ? 3 : window_limit;
  config.max_over = seconds{flavour & 8 ? 20 : 127};
  config.autobaud = (flavour & 16) == 0;
  if (flavour & 32)
    config.waveforms = {
        {300, modem::Interleaver::short_}, {600, modem::Interleaver::short_}, {1200, modem::Interleaver::short_}};
  return config;
}

struct World {
  explicit World(std::uint8_t flavour)
      : config(config_for(flavour)), dts(config, flavour), rate(flavour & 64 ? 300 : 2400) {
    dts.deliver_errors((flavour & 128) != 0);
    dts.set_timing(timing, {rate, modem::Interleaver::short_});
  }

  void settle() {
    for (const auto& event : dts.take_events()) {
      if (const auto* up = std::get_if<dts::Indication>(&event)) {
        require(up->c_pdu.size() <= limits::s5066_c_pdu_octets);
        require(up->with_errors || (up->errored.empty() && up->missing.empty()));
      }
      if (const auto* sent = std::get_if<dts::Sent>(&event)) end(sent->ticket);
      if (const auto* confirmed = std::get_if<dts::Confirmed>(&event)) end(confirmed->ticket);
      if (const auto* rejected = std::get_if<dts::Rejected>(&event)) end(rejected->ticket);
    }
    require(dts.queued_c_pdus() <= live.size());
  }
  // Every ticket ends once.
  void end(std::uint64_t which) { require(live.erase(which) == 1); }

  void hear(const DPdu& pdu) {
    const auto octets = encode(pdu);
    const auto begun = now - air_time(octets.size(), std::min(rate, 300U));
    if (!silent && pdu.source != self)
      busy_until = std::max(busy_until, begun + pdu.eot * milliseconds{500} - timing.delay);
    dts.on_octets(octets, now);
    settle();
  }

  void over(unsigned most, bool complete) {
    dts.tick(now);
    settle();
    if (!dts.wants_over(now)) return;
    require(!silent);
    require(!config.half_duplex || !carrier);
    const auto waveform = dts.next_waveform(now);
    require(dts.begin_over(timing, now) == waveform);
    dts.set_timing(timing, waveform);
    rate = waveform.rate_bps;
    auto at = now + timing.lead;
    Time first_end = never, last_end{};
    bool ended = false;
    unsigned sent = 0;
    for (unsigned n = 0; n < most && !ended; ++n) {
      const auto octets = dts.next_d_pdu(now);
      ended = !octets;
      if (ended) break;
      ++sent;
      const auto decoded = decode_d_pdu(*octets);
      require(decoded && decoded->length == octets->size() && decoded->pdu.source == self);
      require(config.half_duplex == (decoded->pdu.eot != 0));
      if (const auto* segment = segment_of(decoded->pdu)) require(segment->octets.size() <= largest_segment);
      const auto told = at + decoded->pdu.eot * milliseconds{500};
      first_end = std::min(first_end, told);
      last_end = std::max(last_end, told);
      at += air_time(octets->size(), rate);
      if (config.half_duplex) require(at + timing.tail <= told);
    }
    require(sent > 0 || most == 0);  // who asks for the floor has something to say
    if (config.half_duplex && first_end != never) {
      require(last_end - first_end <= milliseconds{501});
      require(at + timing.tail - now - timing.lead <= std::min(config.max_over, longest_over));
    }
    now = at + timing.tail;
    dts.over_ended(complete && ended, now);
    settle();
  }

  // Lets time go by as an owner would. False: more overs than that were wanted.
  bool pass(Duration by, unsigned most_overs) {
    const auto until = now + by;
    unsigned still = 0;
    while (most_overs > 0) {
      dts.tick(now);
      settle();
      if (dts.wants_over(now)) {
        require(!config.half_duplex || now >= busy_until);
        over(1000, true);
        --most_overs;
        still = 0;
        continue;
      }
      const auto wake = dts.next_wake();
      if (wake > until) break;
      still = wake > now ? 0 : still + 1;
      require(still < 10);
      now = std::max(now, wake);
    }
    now = std::max(now, until);
    return most_overs > 0;
  }

  DataTransferConfig config;
  DataTransfer dts;
  std::uint32_t rate;
  modem::Timing timing{milliseconds{400}, milliseconds{300}, milliseconds{200}};
  Time now = from_unix(1'700'000'000);
  Time busy_until{};
  bool silent = false, carrier = false;
  std::set<std::uint64_t> live;
  std::uint64_t ticket = 0;
};

Segment segment(ByteReader& in) {
  Segment s;
  const auto size = in.u8();
  s.octets.assign(size < 200 ? size % 16 : size * 4U, size);
  return s;
}

AckPart ack(ByteReader& in) {
  AckPart a;
  a.rx_lwe = in.u8();
  const auto bits = in.take(std::min<std::size_t>(in.u8() % 17, in.remaining()));
  a.bitmap.assign(bits.begin(), bits.end());
  return a;
}

DataPart data(ByteReader& in) {
  const auto flags = in.u8();
  DataPart d;
  d.start = flags & 1;
  d.end = flags & 2;
  d.in_order = flags & 4;
  d.drop = flags & 8;
  d.uwe = flags & 16;
  d.lwe = flags & 32;
  d.fsn = in.u8();
  if (!d.drop) d.segment = segment(in);
  return d;
}

DPduBody body(ByteReader& in) {
  switch (in.u8() % 10) {
    case 0:
      return DataOnly{data(in)};
    case 1:
      return AckOnly{ack(in)};
    case 2: {
      auto d = data(in);
      return DataAck{std::move(d), ack(in)};
    }
    case 3: {
      const auto flags = in.u8();
      Reset r;
      r.full_reset = flags & 1;
      r.tx_win_rqst = flags & 2;
      r.rx_win_cmnd = flags & 4;
      r.ack = flags & 8;
      r.new_rx_lwe = in.u8();
      r.frame_id = in.u8() % 4;
      return r;
    }
    case 4: {
      const auto flags = in.u8();
      ExpeditedData e{(flags & 1) != 0, (flags & 2) != 0, static_cast<std::uint8_t>(flags >> 4), in.u8(), {}};
      e.segment = segment(in);
      return e;
    }
    case 5:
      return ExpeditedAck{ack(in)};
    case 6: {
      const auto flags = in.u8();
      return Management{(flags & 1) != 0, (flags & 2) != 0, static_cast<std::uint8_t>(in.u8() % 4), std::nullopt};
    }
    case 9:
      return Warning{static_cast<std::uint8_t>(in.u8() % 16), static_cast<std::uint8_t>(in.u8() % 4)};
    default: {
      const auto flags = in.u8();
      NonArq n;
      n.expedited = flags & 1;
      n.in_order = flags & 2;
      n.group = flags & 4;
      n.c_pdu_id = in.u8() % 8;
      n.c_pdu_size = in.u16();
      n.offset = in.u8();
      n.window = in.u8();
      n.segment = segment(in);
      return n;
    }
  }
}

DPdu plausible(ByteReader& in) {
  DPdu pdu;
  const auto who = in.u8();
  pdu.source = peer(who);
  pdu.dest = who & 0x80 ? peer(static_cast<std::uint8_t>(who + 1)) : self;
  pdu.eot = static_cast<std::uint8_t>(who & 0x40 ? in.u8() : 2);
  if (who & 0x20) pdu.eow = {static_cast<std::uint8_t>(in.u8() % 16), in.u8()};
  pdu.body = body(in);
  return pdu;
}

void request(World& world, ByteReader& in) {
  const auto flags = in.u8();
  CPduRequest r;
  r.ticket = ++world.ticket;
  r.dest = flags & 0x80 ? all_stations : peer(flags);
  r.service = static_cast<Service>(flags >> 2 & 3);
  r.priority = static_cast<std::uint8_t>(flags >> 3 & 15);
  r.in_order = flags & 0x40;
  r.repeats = in.u8() % 3;
  if (in.u8() % 4 == 0) r.expiry = world.now + seconds{in.u8()};
  r.c_pdu.assign(in.u8() * 16U, flags);
  world.live.insert(r.ticket);
  world.dts.send(std::move(r), world.now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size > 2048) return 0;
  ByteReader in({input, size});
  World world(in.u8());
  while (!in.at_end()) {
    const auto what = in.u8();
    switch (what % 13) {
      case 0:
        world.dts.connection_made(peer(what >> 4), world.now);
        break;
      case 1:
        if (what & 0x80) world.dts.connection_terminated(peer(what >> 4), world.now);
        else world.dts.connection_made(peer(what >> 4), world.now);
        break;
      case 2:
      case 3:
        request(world, in);
        break;
      case 4:
        (void)world.pass(milliseconds{in.u16()}, 50);
        break;
      case 5:
        (void)world.pass(seconds{in.u8()}, 50);
        break;
      case 6:
        world.silent = !world.silent;
        world.dts.set_emcon(world.silent, world.now);
        break;
      case 7:
        world.carrier = !world.carrier;
        world.dts.on_carrier(world.carrier, world.now);
        break;
      case 8:
        world.over(in.u8() % 32, (what & 0x40) != 0);
        break;
      case 9:
        if (what & 0x80) world.dts.cancel(in.u8(), world.now);
        else world.dts.send_eow(peer(what >> 4), {static_cast<std::uint8_t>(in.u8() % 16), in.u8()}, world.now);
        break;
      case 10: {
        const auto octets = in.take(std::min<std::size_t>(in.u8(), in.remaining()));
        world.dts.on_octets(octets, world.now);
        break;
      }
      default:
        world.hear(plausible(in));
    }
    world.settle();
  }
  (void)world.dts.status(world.now);
  // At rest: nobody answers any more, so what needs an answer is given up and the rest is sent.
  if (world.carrier) world.dts.on_carrier(false, world.now);
  if (world.silent) world.dts.set_emcon(false, world.now);
  world.carrier = world.silent = false;
  require(world.pass(std::chrono::hours{24 * 365}, 20'000));  // it does not talk for ever
  require(world.dts.queued_c_pdus() == 0);                    // nor keep what it never sends
  require(world.live.empty());
  return 0;
}
