// Two Entities driven by a byte string: sends, time steps, losses, silence, restarts of nothing, and
// hostile PDUs whose length and checksum the harness sets right, so that the mutator gets below them.
// What must hold: no frame under EMCON, bounded receptions, every frame decodes, time is never owed
// in the past, and a delivered message is one that was sent.
#include "acp142/entity.hpp"
#include "acp142/pdu.hpp"
#include "base/checksum.hpp"
#include "base/limits.hpp"

#include <array>
#include <cstdlib>
#include <deque>

namespace {

using namespace longwire;
using namespace longwire::acp142;

constexpr std::array<PmulId, 2> ids{PmulId{0x0A000001}, PmulId{0x0A000002}};
constexpr Ipv4 group{0xEF000001};

void require(bool condition) {
  if (!condition) std::abort();
}

struct World {
  explicit World(std::uint8_t flavour) {
    BearerTiming timing;
    timing.half_duplex = flavour & 1;
    timing.turnaround = std::chrono::milliseconds{flavour & 1 ? 500 : 0};
    timing.latency = std::chrono::milliseconds{(flavour >> 1 & 7) * 50};
    timing.max_pdu = 64 + (flavour >> 4) * 32U;
    timing.max_over = std::chrono::seconds{flavour & 2 ? 5 : 0};
    Parameters parameters;
    parameters.extra_address = flavour & 4;
    parameters.ack_timestamp = flavour & 8;
    for (std::size_t i = 0; i < 2; ++i) {
      Peer peer;
      peer.id = ids[1 - i];
      if (flavour & 16) peer.edition = Edition::acp142_2001;
      entities.emplace_back(ids[i], timing, parameters, std::vector<Peer>{peer}, i + 1);
    }
  }

  void settle(std::size_t at) {
    for (auto notices = entities[at].take_notices(); !notices.empty(); notices = entities[at].take_notices())
      for (const auto& notice : notices)
        if (const auto* received = std::get_if<notice::Received>(&notice)) {
          require(received->octets.size() <= limits::reception_octets);
          if (received->key.message_id % 5 == 4) {
            entities[at].refuse(received->key, now);
          } else {
            entities[at].accept(received->key, now);
          }
        }
    require(entities[at].receptions().size() <= limits::receptions_per_source + limits::remembered_messages_per_source);
  }

  void poll(std::size_t at, bool lost) {
    const auto wanted = entities[at].wants_to_send(now);
    const auto frame = entities[at].poll_transmit(now);
    require(wanted == frame.has_value());
    require(!silent[at] || !frame);
    if (!frame) return;
    require(decode(frame->octets).has_value());
    entities[at].transmitted(now + std::chrono::milliseconds{1});
    settle(at);
    if (lost) return;
    entities[1 - at].on_frame(frame->octets, Ipv4{ids[at].value}, now);
    settle(1 - at);
  }

  void step(Duration by) {
    now += by;
    for (std::size_t at = 0; at < 2; ++at) {
      for (int i = 0; i < 64; ++i) poll(at, false);
      settle(at);
      // Whatever is due has been done: the next wake is ahead.
      (void)entities[at].wants_to_send(now);
      require(entities[at].next_wake() > now);
    }
  }

  std::vector<Entity> entities;
  std::array<bool, 2> silent{};
  Time now = from_unix(1'700'000'000);
};

Bytes seal(ByteView octets) {
  Bytes pdu(octets.begin(), octets.end());
  if (pdu.size() < 8) return pdu;
  pdu[0] = static_cast<std::uint8_t>(pdu.size() >> 8);
  pdu[1] = static_cast<std::uint8_t>(pdu.size());
  pdu[6] = pdu[7] = 0;
  const auto sum = internet_checksum(pdu);
  pdu[6] = static_cast<std::uint8_t>(sum >> 8);
  pdu[7] = static_cast<std::uint8_t>(sum);
  return pdu;
}

// A PDU that fits the two stations, with small numbers out of the input.
Pdu plausible(ByteReader& in) {
  const auto source = ids[in.u8() % 2];
  const std::uint32_t id = in.u8() % 8;
  const auto priority = static_cast<std::uint8_t>(in.u8() % 16);
  switch (in.u8() % 4) {
    case 0: {
      AddressPdu pdu{(in.u8() & 1) != 0, priority, static_cast<Map>(in.u8() & 3), in.u8(), source, id, 0, {}, 0, {}};
      pdu.expiry = 1'700'000'000U + in.u16();
      for (auto n = in.u8() % 4; n > 0; --n) pdu.destinations.push_back({ids[in.u8() % 2], in.u8(), {}});
      return pdu;
    }
    case 1: {
      const auto octets = in.take(std::min<std::size_t>(in.u8() % 32, in.remaining()));
      return DataPdu{priority, static_cast<std::uint16_t>(1 + in.u8() % 40), source, id,
                     Bytes(octets.begin(), octets.end())};
    }
    case 2:
      return DiscardMessagePdu{priority, source, id};
    default: {
      AckPdu pdu{priority, source, {}, {}};
      for (auto n = in.u8() % 3; n > 0; --n) {
        AckInfoEntry entry{ids[in.u8() % 2], in.u8() % 8U, {}, false};
        std::uint16_t next = 0;
        for (auto k = in.u8() % 5; k > 0; --k) {
          const auto first = static_cast<std::uint16_t>(next + 1 + in.u8() % 8);
          next = static_cast<std::uint16_t>(first + in.u8() % 5);
          entry.missing.push_back({first, next});
        }
        pdu.entries.push_back(std::move(entry));
      }
      return pdu;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  ByteReader in({data, size});
  World world(in.u8());
  while (!in.at_end()) {
    const auto what = in.u8();
    const std::size_t at = what >> 7;
    switch (what % 10) {
      case 0: {
        Outgoing message;
        message.message_id = in.u8() % 8U + 1;
        message.priority = static_cast<std::uint8_t>(in.u8() % 16);
        message.expiry = world.now + std::chrono::seconds{in.u16()};
        if (in.u8() & 1) message.group = group;
        message.destinations = {{ids[1 - at], message.message_id}};
        message.octets.assign(in.u8() * 8U, static_cast<std::uint8_t>(what));
        (void)world.entities[at].send(std::move(message), world.now);
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
        world.entities[at].set_emcon(world.silent[at], world.now);
        break;
      case 4:
        world.entities[at].set_peer_emcon(ids[1 - at], (what & 0x40) != 0, world.now);
        break;
      case 5: {
        const auto octets = in.take(std::min<std::size_t>(in.u8(), in.remaining()));
        world.entities[at].on_frame(seal(octets), Ipv4{ids[1 - at].value}, world.now);
        break;
      }
      case 6:
      case 7:
        world.entities[at].on_frame(encode(plausible(in)), Ipv4{ids[1 - at].value}, world.now);
        break;
      case 8:
        for (auto n = in.u8() % 16; n > 0; --n) world.poll(at, (in.u8() & 1) != 0);
        break;
      default:
        if (what & 0x40) world.entities[at].cancel(in.u8() % 8U + 1, world.now);
        else world.entities[at].hold(in.u8() % 8U + 1, (in.u8() & 1) != 0, world.now);
    }
    world.settle(at);
  }
  world.step(std::chrono::hours{1});
  return 0;
}
