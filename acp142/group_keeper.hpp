// GroupKeeper: dynamic multicast groups (section 12), one for the receivers of one message.
//
// Request_PDU, a wait for a Reject_PDU, Announce_PDUs, the transfer, Release_PDU. Only used when
// Parameters::dynamic_groups is set; MULE does not need it.
#pragma once

#include "acp142/context.hpp"
#include "acp142/pdu.hpp"

#include <map>
#include <set>

namespace longwire::acp142 {

class GroupKeeper {
 public:
  explicit GroupKeeper(Context& context) : context_(context) {}

  // --- as the sender of a message
  void request(const Outgoing& message, Time now);
  // The group of a message once it is announced and ANNOUNCE_DELAY is over.
  std::optional<Ipv4> ready(std::uint32_t message_id, Time now) const;
  void announce_again(std::uint32_t message_id, Time now);  // a destination has never been heard
  void release(std::uint32_t message_id);
  void leave_silence(Time now);

  // --- as everybody
  void on_announce(const AnnouncePdu& pdu, Time now);
  void on_group_pdu(const GroupPdu& pdu, const PeerState& peer, Time now);
  void leave(ReceptionKey key) { joined_.erase(key); }

  void run_timers(Time now);
  Time next_timer() const;
  std::vector<Frame> take_frames() { return std::exchange(frames_, {}); }
  // Groups the bearer has to listen to now, besides its configured ones.
  std::vector<Ipv4> joined() const;

 private:
  enum class Phase : std::uint8_t { requesting, announcing, owned };
  struct Own {
    std::uint32_t message_id = 0;
    std::uint8_t priority = 6;
    std::vector<PmulId> destinations;
    Time expiry;
    Ipv4 group;
    Phase phase = Phase::requesting;
    unsigned announced = 0;
    Time next = never;
    Time ready_at = never;
  };
  struct Joined {
    Ipv4 group;
    Time until;
  };

  bool owned(Ipv4 group) const;
  std::optional<Ipv4> pick();
  void start(Own& own, Time now);
  void send(GroupPdu::Kind kind, const Own& own);
  void send_announce(Own& own, Time now);

  static constexpr std::size_t most_joined = 256;  // of all sources: an Announce_PDU is cheap to forge
  static constexpr std::size_t most_foreign = 256;

  Context& context_;
  std::map<std::uint32_t, Own> own_;
  std::map<Ipv4, PmulId> foreign_;  // groups seen in use by others
  std::map<ReceptionKey, Joined> joined_;
  std::vector<Frame> frames_;
};

}  // namespace longwire::acp142
