// What physics and ideal protocols allow: the ceilings the measured figures stand beside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace longwire::bench {

struct Link {
  std::string name;
  bool half = false;
  double rate = 0;        // bit/s
  double delay = 0;       // s, one way
  double turnaround = 0;  // s, at the start of every over
  std::size_t mtu = 0;    // of IP packets
};

struct Case {
  std::size_t size = 0;  // octets of the message
  double loss = 0;       // independent, per packet and receiver
  std::size_t receivers = 1;
};

// P(Binomial(n, 1 - p) < k): fewer than k of n packets arrive.
double tail(std::size_t n, std::size_t k, double p);
// Mean number of packets of an ideal code until all receivers hold any k.
double coded(std::size_t k, double p, std::size_t receivers);

// Genie bound: one turnaround, the delay, ideal-code packets without headers, no wait for feedback.
double genie_seconds(const Case& c, const Link& link);

// The same with one Address_PDU and real headers: what a coded P_MUL can reach at best on UDP.
double coded_seconds(const Case& c, const Link& link);

// Plain P_MUL as an ideal in rounds: the Address_PDU and the missing Data_PDUs, then one Ack of each
// receiver not known to be complete. No Ack or Address_PDU is lost, timers cost nothing. The mean
// over `seeds` runs of the best of a few fixed repetition plans.
double conforming_seconds(const Case& c, const Link& link, unsigned seeds);

// P(every receiver holds all k packets) after each was sent `copies` times without feedback.
double repetition_probability(std::size_t k, double p, std::size_t receivers, unsigned copies);

inline constexpr std::size_t data_headers = 28 + 16;  // IP and UDP, Data_PDU

}  // namespace longwire::bench
