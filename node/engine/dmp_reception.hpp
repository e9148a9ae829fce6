// DmpReception: datagrams of the Direct Message Profile on a bearer, and what their endpoint tells.
#pragma once

#include "node/engine/reception.hpp"
#include "node/engine/transfers.hpp"
#include "node/engine/x400_reception.hpp"

namespace longwire::engine {

class DmpReception {
 public:
  DmpReception(Core& core, Boundary& boundary, Transfers& transfers, Reception& reception, X400Reception& x400)
      : core_(core), boundary_(boundary), transfers_(transfers), reception_(reception), x400_(x400) {}

  bool is_dmp(const event::DatagramIn& e) const;
  void datagram(const event::DatagramIn& e, Time now);
  void take_notices(std::size_t bearer, Time now);

 private:
  void received(std::size_t bearer, const dmp::notice::Received& n, Time now);
  void rejected(std::size_t bearer, const dmp::notice::Rejected& n, Time now);
  // A report or notification names its subject by a number of ours: the X.400 names in its place.
  void name_subject(gateway::ApduItem& item, const dmp::Pdu& pdu, PeerIndex peer);

  Core& core_;
  Boundary& boundary_;
  Transfers& transfers_;
  Reception& reception_;
  X400Reception& x400_;
};

}  // namespace longwire::engine
