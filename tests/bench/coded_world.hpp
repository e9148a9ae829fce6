// One message to a group of stations in virtual time, with coded or with plain P_MUL: what bench_coded measures.
#pragma once

#include "limits.hpp"

#include <cstdint>

namespace longwire::bench {

// What is known of the losses when the message goes.
enum class Knowledge : std::uint8_t {
  none,      // the first contact
  measured,  // another message went before, and what it showed
  exact,     // the figures of the channel
};

struct World {
  Link link;
  Case load;
  bool coded = true;
  std::size_t plain_receivers = 0;  // of the receivers, so many have coding off all the same
  double burst = 0;                 // s: mean length of the times in which a receiver loses everything; 0: one by one
  Knowledge knowledge = Knowledge::measured;
  bool silent = false;  // all receivers are under radio silence
  bool trace = false;   // print every PDU
};

struct Outcome {
  double last = 0;          // s until the last receiver held the message
  double air = 0;           // octets sent by the sender, headers of IP and UDP included
  double back = 0;          // by the receivers
  double overs = 0;         // half duplex: turnarounds
  std::size_t holding = 0;  // receivers that hold the message
  std::size_t failed = 0;
};

Outcome play(const World& world, std::uint64_t seed);

// Octets of one complete plain transmission: what "a length" of the message is on the air.
double length_octets(const World& world);

}  // namespace longwire::bench
