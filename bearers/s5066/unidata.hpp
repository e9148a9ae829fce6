// Unidata: the data exchange protocol (A.3.2.4). Takes U_PDUs from clients, keeps them until they
// are sent, confirmed or too late, and delivers what comes in.
#pragma once

#include "bearers/s5066/channel_access.hpp"
#include "bearers/s5066/clients.hpp"
#include "bearers/s5066/outbox.hpp"

#include <functional>
#include <map>
#include <set>

namespace longwire::s5066 {

struct UnidataConfig {
  Address self;
  std::uint16_t mtu = general_mtu;
  Duration default_ttl = std::chrono::hours{24};
  Duration max_ttl = std::chrono::hours{15 * 24};
  std::size_t response_frag_size = 32;
  std::size_t flood_octets = 4 * 1024 * 1024;  // one client, flow control ignored
  std::size_t orphan_octets = 1024 * 1024;     // of clients that are gone
  Duration confirm_timeout = std::chrono::hours{1};
  bool broadcast_only = false;
};

class Unidata {
 public:
  Unidata(UnidataConfig config, Clients& clients, ChannelAccess& channel, ReportLog& log)
      : config_(config), clients_(clients), channel_(channel), log_(log) {}

  // --- out ---------------------------------------------------------------------------------------
  void submit(ClientSession& client, UnidataRequest request, Time now);
  // An S_PDU of the node itself: expedited ARQ for the hard link's (A.3.2.2), as the DATA it answers
  // for confirms.
  void submit_own(Address dest, Service service, const SPdu& pdu, Time expiry);
  // Confirmations cannot come while nothing can be sent: their time does not run then.
  void suspend();
  void resume(Time now);
  void unbound(ClientId client);                // what it has handed over goes on, unconfirmed
  void client_gone(ClientId client, Time now);  // the same, within bounds; after Clients::disconnect()
  // Hands down what may go: to linked peers, and without a link. may_go: the hard link's rules.
  void pump(std::size_t window, const std::function<bool(const UPduJob&)>& may_go, Time now);

  void on_confirmed(std::uint64_t ticket, Time now);  // the far node has it
  void on_sent(std::uint64_t ticket, Time now);
  void on_rejected(std::uint64_t ticket, std::string_view reason, Time now);
  void link_broken(Address peer);            // its unconfirmed S_PDUs wait for the next link
  void modem_lost();                         // everything waits for the modem
  void unreachable(Address peer, Time now);  // nobody answers there: reason 3 for what waits
  void set_broadcast_only(bool on) { config_.broadcast_only = on; }

  // --- in ----------------------------------------------------------------------------------------
  void on_data(const ca::Received& in, DataSPdu pdu, Time now);
  void on_delivery(Address from, std::uint8_t source_sap, std::uint8_t dest_sap, ByteView part,
                   std::optional<std::uint8_t> fail_reason);

  // Peers that ARQ data waits for, with its precedence (Outbox::top_level()).
  struct Demand {
    Address peer;
    int level;
  };
  std::vector<Demand> demands() const;
  int demand(Address peer) const;  // of one of them
  bool busy(Address peer) const;   // something waits for it or is in transfer
  std::size_t jobs() const { return jobs_.size(); }
  std::size_t octets() const { return octets_; }

  Time next_wake() const { return timers_.empty() ? never : timers_.begin()->first; }
  void tick(Time now);
  boost::json::object status() const;

 private:
  using Jobs = std::map<std::uint64_t, UPduJob>;

  std::optional<std::uint8_t> refusal(const UnidataRequest& request, const DeliveryMode& mode) const;
  void accept(ClientSession& client, const UnidataRequest& request, const DeliveryMode& mode, Time now);
  void deliver_here(ClientSession& from, const UnidataRequest& request, const DeliveryMode& mode);
  void reject(ClientSession& client, const UnidataRequest& request, std::uint8_t reason);
  UPduJob& add(UPduJob job);
  Outbox& outbox(const UPduJob& job) { return job.arq() ? arq_[job.dest] : non_arq_; }
  void pump_box(Outbox& box, std::size_t window, const std::function<bool(const UPduJob&)>& may_go, Time now);
  void hand_down(UPduJob& job, Time now);
  void take_back(UPduJob& job);  // from transfer to waiting
  UPduJob* by_ticket(std::uint64_t ticket);
  void leave_transfer(UPduJob& job);
  // Ends a job: confirm or reject to the client if it asked, and all traces removed.
  void finish(std::uint64_t id, std::optional<std::uint8_t> reject_reason);
  void set_deadline(UPduJob& job, Time give_up);
  Bytes part(ByteView u_pdu) const;
  const UPduJob* named(Address from, std::uint8_t source_sap, std::uint8_t dest_sap, ByteView part) const;
  bool indicate(ClientSession& to, const ca::Received& in, DataSPdu& pdu);
  void answer(const ca::Received& in, const DataSPdu& pdu, bool delivered, Time now);

  UnidataConfig config_;
  Clients& clients_;
  ChannelAccess& channel_;
  ReportLog& log_;
  Jobs jobs_;
  std::map<Address, Outbox> arq_;
  Outbox non_arq_;
  std::map<std::uint64_t, std::uint64_t> tickets_;       // ticket -> job
  std::set<std::pair<Time, std::uint64_t>> timers_;      // deadline, job
  std::size_t octets_ = 0, own_jobs_ = 0, orphans_ = 0;  // orphans_: octets
  std::uint64_t last_job_ = 0, last_ticket_ = 0;
  std::uint64_t accepted_ = 0, delivered_ = 0, confirmed_ = 0, rejected_ = 0, sent_again_ = 0;
};

}  // namespace longwire::s5066
