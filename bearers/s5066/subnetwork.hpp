// Subnetwork: the server side of the subnetwork interface sublayer (Annex A). It reads what clients
// and peers say and has it done by the parts: clients, unidata, soft links, the hard link.
#pragma once

#include "bearers/s5066/channel_access.hpp"
#include "bearers/s5066/clients.hpp"
#include "bearers/s5066/hard_link.hpp"
#include "bearers/s5066/soft_links.hpp"
#include "bearers/s5066/stack.hpp"
#include "bearers/s5066/unidata.hpp"

namespace longwire::s5066 {

class Subnetwork {
 public:
  Subnetwork(const StackConfig& config, ChannelAccess& channel, ReportLog& log, std::uint64_t seed);

  Clients& clients() { return clients_; }
  const Clients& clients() const { return clients_; }
  void feed(ClientId client, ByteView octets, Time now);
  void disconnect(ClientId client, Time now);

  void on_channel(const ChannelEvent& event, Time now);
  void on_heard(Address peer, Time now) { soft_links_.on_heard(peer, now); }
  int demand(Address peer) const { return unidata_.demand(peer); }
  void modem_lost(Time now);
  void set_state(bool up, bool silent, Time now);  // tells the clients when it changes
  void set_broadcast_only(bool on, Time now);

  // Timers, links that are wanted, and what may go down: `window` octets a destination.
  void run(std::size_t window, Time now);
  Time next_wake() const;
  boost::json::object status() const;

 private:
  void dispatch(ClientSession& client, const Primitive& primitive, Time now);
  void on_unidata(ClientSession& client, const UnidataRequest& request, Time now);
  void on_establish(ClientSession& client, const HardLinkEstablish& request, Time now);
  void on_management(ClientSession& client, const ManagementMessage& message);
  void on_s_pdu(const ca::Received& in, Time now);
  void forget_unbound(Time now);
  void do_hard_link_actions(Time now);
  bool can_transmit() const { return up_ && !silent_; }
  SubnetAvailability availability() const;

  Address self_;
  ChannelAccess& channel_;
  ReportLog& log_;
  Clients clients_;
  Unidata unidata_;
  SoftLinks soft_links_;
  HardLink hard_link_;
  Duration hard_link_timeout_;
  bool up_ = false, silent_ = false, broadcast_only_;
};

}  // namespace longwire::s5066
