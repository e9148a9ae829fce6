// Context: what sender and receiver of one Entity share.
#pragma once

#include "acp142/bearer_model.hpp"
#include "acp142/entity.hpp"
#include "acp142/peer_table.hpp"
#include "base/rng.hpp"

namespace longwire::acp142 {

struct Context {
  PmulId self;
  BearerModel bearer;
  Parameters parameters;
  PeerTable peers;
  Rng rng;
  bool silent = false;        // our own EMCON
  Time own_air_end{};         // our last PDU leaves the bearer
  Time heard{};               // the last PDU of anybody
  bool by_arq = false;        // the PDU being handled came by ARQ
  std::size_t under_way = 0;  // PDUs in the queue of the bearer that are not sent by ARQ
  std::vector<Notice> notices;

  bool queued() const { return bearer.timing().queued; }
  void tell(Notice notice) { notices.push_back(std::move(notice)); }
  // Coded messages are read there, or not: told once, as the owner keeps it.
  void learn_decodes(PeerState& peer, bool decodes) {
    if (peer.decodes == decodes) return;
    peer.decodes = decodes;
    tell(notice::CodingLearned{peer.peer.id, decodes});
  }
  void note_ignored(PeerState& peer, bool ignored) {
    if (peer.ignores_code == ignored) return;
    peer.ignores_code = ignored;
    tell(notice::CodingIgnored{peer.peer.id, ignored});
  }
  void reject(std::string_view reason, Ipv4 from, std::size_t offset = 0) {
    tell(notice::Rejected{reason, offset, from});
  }
};

}  // namespace longwire::acp142
