// PeerTable: the nodes we exchange P_MUL with, where they are and how they hear us.
#pragma once

#include "acp142/entity.hpp"
#include "acp142/loss_estimate.hpp"
#include "acp142/pdu.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace longwire::acp142 {

struct PeerState {
  Peer peer;
  std::optional<Ipv4> learned;  // source address of its datagrams
  bool heard = false;           // anything since the start
  LossEstimate sent;            // of what we send, by its Acks
  LossEstimate received;        // of what it sends, by gaps
  BurstEstimate bursts{};       // likewise
  double reported_loss = -1;    // last LossMeasured
  double reported_burst = 0;
  bool decodes = peer.decodes;  // it has shown that it reads coded messages
  bool marked_ack = false;      // its latest Ack_PDU did
  bool ignores_code = false;    // last CodingIgnored
  double loss_there = -1;       // of what we send, as it says; < 0 = unknown
  double pdus_reported = 0;     // Data_PDUs of ours that its Acks tell of
  double burst_there = 0;       // s: mean length of the bursts in which it loses that; 0 = one by one

  // Ports and addresses of section 2: configured, else learned, else the id read as an address.
  Ipv4 address() const { return peer.address ? *peer.address : learned.value_or(Ipv4{peer.id.value}); }
  Checksum checksum() const { return peer.fletcher ? Checksum::fletcher : Checksum::internet; }
  bool reads_142a() const { return peer.edition == Edition::acp142a; }
  // Of what we send: as it says, else as its missing lists showed.
  double loss() const { return loss_there >= 0 ? loss_there : sent.value(); }
  // What the loss is with a chance of 30 %, as what we know of it is a guess, or was seen on few PDUs.
  double doubted_loss(double loss) const {
    constexpr double wrong_guess = 0.3, few = 10, sigmas = 1.5, known_long = 200;
    if (peer.loss < 0 && pdus_reported < few) return std::max(loss, wrong_guess);
    const auto seen = peer.loss >= 0 ? known_long : pdus_reported;
    return std::min(0.9, loss + sigmas * std::sqrt(loss * (1 - loss) / seen));
  }
  bool gets_code() const { return peer.coding == Coding::always || (peer.coding == Coding::automatic && decodes); }
};

class PeerTable {
 public:
  PeerTable(const std::vector<Peer>& peers, double initial_loss) {
    for (const auto& peer : peers) {
      // A loss measured before is worth more than a guess.
      const auto prior = peer.loss >= 0 ? peer.loss : initial_loss;
      const auto weight = peer.loss >= 0 ? 60.0 : 8.0;
      // What we hear from it is counted PDU by PDU: the guess soon weighs little.
      const auto hearing_weight = peer.loss >= 0 ? weight : 2.0;
      PeerState state{peer, {}, false, LossEstimate(prior, weight), LossEstimate(prior, hearing_weight)};
      state.reported_loss = peer.loss;
      state.burst_there = state.reported_burst = peer.burst;
      peers_.insert_or_assign(peer.id, state);
    }
  }
  PeerState* find(PmulId id) {
    const auto found = peers_.find(id);
    return found == peers_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<PmulId, PeerState> peers_;
};

}  // namespace longwire::acp142
