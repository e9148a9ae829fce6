// Two DMP endpoints driven by a byte string: sends, losses, repetitions, damage, silence, answers given late or never,
// and datagrams of a third. What must hold: no frame in silence, every frame decodes, nothing is owed in the past once
// it was polled, a ticket ends once, and a message is delivered once.
#include "annexe/dmp/checksum.hpp"
#include "annexe/dmp/endpoint.hpp"
#include "base/limits.hpp"

#include <array>
#include <cstdlib>
#include <map>
#include <set>

namespace {

using namespace longwire;
using namespace longwire::dmp;

constexpr std::array<Ipv4, 2> addresses{Ipv4{0x0A000001}, Ipv4{0x0A000002}};

void require(bool condition) {
  if (!condition) std::abort();
}

Bytes message(std::uint16_t id, Time submission, std::uint8_t flavour) {
  Pdu out;
  out.envelope.id = id;
  out.envelope.submission = submission;
  out.envelope.version = 1 + (flavour & 1);
  out.envelope.originator.emplace();
  out.envelope.originator->direct = flavour;
  Recipient to;
  to.number = 1;
  to.address.direct = 17;
  out.envelope.recipients = {to};
  Message m;
  m.precedence = flavour >> 5;
  m.body.data.assign(flavour % 32U, 'A');
  out.content = m;
  return encode(out).value();
}

Bytes seal(ByteView in) {
  Bytes out(in.begin(), in.end());
  const auto sum = checksum(out);
  out.push_back(static_cast<std::uint8_t>(sum >> 8));
  out.push_back(static_cast<std::uint8_t>(sum));
  return out;
}

struct World {
  explicit World(std::uint8_t flavour) {
    for (std::size_t i = 0; i < 2; ++i) {
      Timing timing;
      timing.retry = std::chrono::seconds{flavour & 15};
      timing.retry_most = std::chrono::seconds{(flavour & 15) * (1 + (flavour >> 4))};
      timing.max_datagram = 60 + (flavour >> 6) * 100U;
      endpoints.emplace_back(timing, i + 1);
    }
  }

  void settle(std::size_t at) {
    for (const auto& notice : endpoints[at].take_notices()) {
      if (const auto* received = std::get_if<notice::Received>(&notice)) {
        const auto answer = received->id % 8;
        if (answer == 6) continue;  // never
        if (answer == 7) endpoints[at].forget(received->from, received->id);
        else if (answer == 5) endpoints[at].refuse(received->from, received->id, now);
        else endpoints[at].accept(received->from, received->id, now);
        const auto sent = submissions.find({1 - at, received->id});
        // Of what was sent and is remembered, nothing comes twice.
        if (answer < 6 && honest && sent != submissions.end() && received->pdu.envelope.submission == sent->second)
          require(delivered.insert({at, received->id, sent->second}).second);
      } else if (const auto* acknowledged = std::get_if<notice::Acknowledged>(&notice)) {
        require(open[at].erase(acknowledged->ticket) == 1);
      } else if (const auto* failed = std::get_if<notice::Failed>(&notice)) {
        require(open[at].erase(failed->ticket) == 1);
      }
    }
    require(endpoints[at].waiting() == open[at].size());
  }

  bool poll(std::size_t at, std::uint8_t fate) {
    const auto priority = endpoints[at].next_priority(now);
    const auto frame = endpoints[at].poll_transmit(now);
    settle(at);
    require(!frame || (!silent[at] && priority == frame->priority));
    if (!frame) return false;
    require(decode(frame->octets, now).has_value());
    if ((fate & 3) == 0) return true;  // lost
    auto octets = frame->octets;
    if ((fate & 12) == 12) octets[fate % octets.size()] ^= static_cast<std::uint8_t>(fate | 1);
    // A broken datagram may pass for one without a checksum: then its text is anything.
    if ((fate & 12) == 12) honest = false;
    for (int copies = (fate & 16) != 0 ? 2 : 1; copies > 0; --copies) {
      endpoints[1 - at].on_datagram(octets, addresses[at], now);
      settle(1 - at);
    }
    return true;
  }

  void step(Duration by) {
    now += by;
    for (std::size_t at = 0; at < 2; ++at) {
      for (int i = 0; i < 64 && poll(at, 1); ++i) {
      }
      endpoints[at].tick(now);
      settle(at);
    }
  }

  std::vector<Endpoint> endpoints;
  std::array<bool, 2> silent{};
  std::array<std::set<std::uint64_t>, 2> open;
  std::map<std::pair<std::size_t, std::uint16_t>, Time> submissions;
  std::set<std::tuple<std::size_t, std::uint16_t, Time>> delivered;
  bool honest = true;
  std::uint64_t ticket = 0;
  Time now = from_unix(1'795'262'400);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  ByteReader in({data, size});
  World world(in.u8());
  while (!in.at_end()) {
    const auto what = in.u8();
    const std::size_t at = what >> 7;
    auto& endpoint = world.endpoints[at];
    switch (what % 9) {
      case 0: {
        Outgoing out;
        out.ticket = ++world.ticket;
        out.to = addresses[1 - at];
        out.id = in.u8();
        out.priority = static_cast<std::uint8_t>(in.u8() % 16);
        out.expiry = world.now + std::chrono::seconds{in.u16()};
        // Even seconds: what is sent is what is read.
        const auto second = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<2>>>(world.now);
        out.octets = message(out.id, second, in.u8());
        const auto id = out.id;
        if (endpoint.send(out, world.now)) {
          world.open[at].insert(out.ticket);
          world.submissions[{at, id}] = second;
        }
        break;
      }
      case 1:
        world.step(std::chrono::milliseconds{in.u16()});
        break;
      case 2:
        world.step(std::chrono::seconds{in.u16()});
        break;
      case 3:
        world.silent[at] = !world.silent[at];
        endpoint.set_emcon(world.silent[at], world.now);
        break;
      case 4:
        for (auto n = in.u8() % 16; n > 0; --n) (void)world.poll(at, in.u8());
        break;
      case 5: {
        const auto octets = in.take(std::min<std::size_t>(in.u8(), in.remaining()));
        world.honest = false;
        endpoint.on_datagram((what & 0x40) != 0 ? seal(octets) : Bytes(octets.begin(), octets.end()), addresses[1 - at],
                             world.now);
        break;
      }
      case 6: {
        Ack ack;
        ack.id = in.u8();
        ack.reason = static_cast<std::uint8_t>(in.u8() % 4);
        endpoint.on_datagram(encode(ack).value(), addresses[1 - at], world.now);
        break;
      }
      case 7:
        world.honest = false;
        endpoint.remember(addresses[1 - at], in.u8(), world.now, (what & 0x40) != 0, world.now);
        break;
      default: {
        const std::uint64_t ticket = in.u8();
        world.settle(at);
        endpoint.cancel(ticket);
        world.open[at].erase(ticket);
      }
    }
    world.settle(at);
  }
  world.step(std::chrono::hours{1});
  return 0;
}
