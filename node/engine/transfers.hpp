// Transfers: queued recipients become P_MUL messages, and what the sender machine tells of them
// becomes recipient states.
#pragma once

#include "node/engine/boundary.hpp"
#include "node/engine/core.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/protection.hpp"
#include "node/engine/scheduler.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace longwire::engine {

// Why a transfer ends; decides what a Failed notice of the machine means.
enum class Fate : std::uint8_t { run, fail_over, cancelled };

struct Transfer {
  std::uint32_t id = 0;
  std::size_t bearer = 0;
  std::uint64_t message = 0;
  Precedence level = Precedence::priority;
  std::uint64_t octets = 0;
  std::size_t frames_in_round = 0;    // Address_PDU and Data_PDUs
  std::size_t frames_sent = 0;        // of the first round
  std::size_t frames_unanswered = 0;  // since the last sign of life
  enum class Phase : std::uint8_t { sending, live, silent } phase = Phase::sending;
  Fate fate = Fate::run;
  bool minimized = false;                   // MINIMIZE keeps it from sending
  bool resumed = false;                     // something of it was sent before a restart
  bool dmp = false;                         // one DMP datagram; `id` is its ticket at the endpoint
  std::optional<std::uint32_t> dictionary;  // it was compressed with
  struct Carried {
    PmulId destination;
    PeerIndex peer = 0;
    bool open = true;
    std::vector<std::uint32_t> recipients;
  };
  std::vector<Carried> carried;
};

class Transfers {
 public:
  Transfers(Core& core, Scheduler& scheduler, Outcomes& outcomes, Boundary& boundary, Protection& protection)
      : core_(core), scheduler_(scheduler), outcomes_(outcomes), boundary_(boundary), protection_(protection) {}

  // Starts what the policy lets start on this bearer.
  void dispatch(std::size_t bearer, Time now);
  void recover(Time now);

  // The frame just polled, for the load and the watch over unanswered rounds.
  void on_sent(const acp142::Frame& frame, Time now);

  // Notices of the sender machine.
  void started(const acp142::notice::TransferStarted& n);
  void progress(const acp142::notice::Progress& n, Time now);
  void acknowledged(const acp142::notice::Acknowledged& n, Time now);
  void failed(const acp142::notice::Failed& n, Time now);
  void closed(const acp142::notice::TransferClosed& n, Time now);

  // Notices of the DMP endpoint.
  void dmp_acknowledged(std::uint32_t ticket, Time now);
  void dmp_failed(std::uint32_t ticket, std::string_view reason, Time now);
  void dmp_patience(std::uint32_t ticket, Time now);

  // ARQ: the far node has a PDU of this message (or of an answer).
  void confirmed(std::size_t bearer, PeerIndex peer, std::uint32_t message_id, Time now);

  void bearer_down(std::size_t bearer, Time now);
  void hold(std::uint64_t message, bool held, Time now);
  void cancel(std::uint64_t message, Time now);
  void apply_minimize(Time now);
  void peer_silence_changed(PeerIndex peer, Time now);
  // The peer answered on this bearer: what waited for it may go.
  void peer_heard(std::size_t bearer, PeerIndex peer, Time now);
  void peer_retry(std::size_t bearer, PeerIndex peer, Time now);
  // The peer cannot read what this transfer carries: it ends, and its recipients travel in a new one.
  void send_anew(std::uint32_t id, PeerIndex peer, Time now);
  std::uint32_t new_message_id(Time now);

  static Verdict cancelled_verdict();
  const std::map<std::uint32_t, Transfer>& all() const { return transfers_; }

 private:
  struct Parcel;  // recipients of one peer
  // clear: those that get it without the encryption their profile asks for.
  std::vector<Parcel> parcels_of(const LiveMessage& m, std::size_t bearer, bool clear) const;
  void start(LiveMessage& m, std::size_t bearer, Time now);
  bool start_some(LiveMessage& m, std::size_t bearer, const std::vector<Parcel>& parcels,
                  const std::function<bool(PeerIndex)>& cleared, Time now);
  void await_unicast(LiveMessage& m, const Parcel& parcel, Time now);
  bool launch(LiveMessage& m, std::size_t bearer, const Target& target, const std::vector<Parcel>& parcels, Time now);
  bool is_cleared(LiveMessage& m, std::size_t bearer, const Target& target, const std::vector<Parcel>& parcels,
                  Time now);
  bool launch_dmp(LiveMessage& m, std::size_t bearer, PeerIndex peer, const std::vector<std::uint32_t>& recipients,
                  Time now);
  // The datagram, or why it has to go another way.
  struct DmpDatagram;
  Result<DmpDatagram> dmp_datagram(const LiveMessage& m, std::size_t bearer, PeerIndex peer,
                                   const std::vector<std::uint32_t>& recipients);
  std::uint16_t dmp_id(std::uint64_t message, PeerIndex peer, const std::vector<std::uint32_t>& recipients);
  void stop(Transfer& t, Time now);  // it ends as failed(), or with the next end_dmp()
  void hold(Transfer& t, bool held, Time now);
  void end_dmp(Time now);
  void choose_service(std::size_t bearer, acp142::Outgoing& message, const std::vector<Transfer::Carried>& carried,
                      Time now) const;
  Result<annexe::PackedData> payload(LiveMessage& m, const std::vector<Parcel>& parcels, const Target& target,
                                     Time now);
  Result<Bytes> mule_payload(LiveMessage& m, const std::vector<std::uint32_t>& recipients,
                             const security::Profile* profile, Time now);
  Result<Bytes> p1_payload(LiveMessage& m, const std::vector<std::uint32_t>& recipients,
                           const security::Profile* profile, Time now);
  void not_possible(LiveMessage& m, const std::vector<std::uint32_t>& recipients, const security::Profile* profile,
                    const Error& error, Time now);
  void not_convertible(LiveMessage& m, const std::vector<std::uint32_t>& recipients, const Error& error, Time now);
  void refuse(LiveMessage& m, const Transfer& t, std::string_view error, Time now);
  void requeue(Transfer& t, Transfer::Carried& c, std::string_view reason, Time now);
  void fail_over(Transfer& t, Time now);
  void tell_closed(const Transfer& t, const acp142::notice::TransferClosed& n, Time now);
  bool has_alternative(const Transfer& t) const;
  bool still_cleared(const store::TransferRow& row, const LiveMessage& m, std::size_t bearer);
  void peer_lost(std::size_t bearer, PeerIndex peer, Time now);
  bool still_protected(const store::TransferRow& row, const LiveMessage& m) const;
  void expire(LiveMessage& m, const Transfer::Carried& c, Time now);
  // A peer that was given up is asked again with one message only, until it answers.
  bool begin_probe(std::size_t bearer, PeerIndex peer);
  void end_probe(std::size_t bearer, PeerIndex peer, Time now);
  bool may_start(std::size_t bearer, PeerIndex peer, Precedence level) const;
  void close_carried(Transfer& t, Transfer::Carried& c);
  void end_carried(Transfer& t, Transfer::Carried& c, bool done);
  void add_load(const Transfer& t);
  void drop_load(const Transfer& t);
  void set_phase(Transfer& t, Transfer::Phase phase);
  bool only_silent_left(const Transfer& t) const;
  Transfer* find(std::uint32_t id);

  Core& core_;
  Scheduler& scheduler_;
  Outcomes& outcomes_;
  Boundary& boundary_;
  Protection& protection_;
  std::map<std::uint32_t, Transfer> transfers_;
  std::vector<std::pair<std::uint32_t, std::string_view>> dmp_ended_;  // tickets to end once nobody walks transfers_
  std::set<std::pair<std::uint64_t, PeerIndex>> not_by_dmp_;  // message and peer: the peer refused it, or it grew stale
};

}  // namespace longwire::engine
