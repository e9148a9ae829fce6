// Entity: one P_MUL node on one bearer. Bytes and a time go in, PDUs and notices come out.
//
// The owner calls on_frame() for each datagram, poll_transmit() when the bearer can take the next
// PDU, and wakes it at next_wake(). Whatever must survive a restart is told as a notice *before*
// the PDU that depends on it can be polled: the owner commits its store between take_notices() and
// poll_transmit(), so that nothing is acknowledged which is not on the disk.
#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::acp142 {

enum class Edition : std::uint8_t { acp142_2001, acp142a };

// Erasure coded transfers with a peer (docs/coded-p_mul.md). off: never, and nothing on the wire shows that we
// could. automatic: once the peer has shown that it can, unless others of a group cannot and make it
// slower than plain P_MUL. always: from the first message on, and whoever else is in the group.
enum class Coding : std::uint8_t { off, automatic, always };

// What the parity of coded transfers is to save: time until everybody has the message, or air time on a bearer
// that always has something else to carry.
enum class ParityAim : std::uint8_t { time, air_time };

// The four ports of section 2: what a PDU is for. Which UDP port that is, is the bearer's affair.
enum class Port : std::uint8_t { transmitter, receiver, data, ack };

// What the bearer is like; every timer follows from it.
struct BearerTiming {
  std::uint64_t rate_bps = 64'000;
  bool half_duplex = false;
  Duration turnaround{0};      // silence at the start of every over (half duplex)
  Duration latency{0};         // one way, without the air time of the PDU
  std::size_t max_pdu = 1400;  // octets of a whole P_MUL PDU
  std::size_t overhead = 28;   // octets the bearer adds to each PDU (IP + UDP)
  Duration max_over{0};        // longest own transmission, 0 = no cap
  // The bearer has a queue of its own, shares the channel by its own rules and tells by Entity::done()
  // when a PDU has left it (STANAG 5066). Rounds end then, not when the PDU was handed over.
  bool queued = false;
  Duration access{0};  // queued: what a station may wait for the channel, beyond a turnaround
  Duration arq_answer = std::chrono::minutes{5};  // ARQ: the longest a complete Ack may take to come
};

// Section 12: a group of its own for every message with several destinations and no group.
struct DynamicGroups {
  Ipv4 control_group{0xEF010101};  // GG, 239.1.1.1: everybody listens to it
  Ipv4 first, last;                // range to choose from, inclusive
  Duration wait_for_reject_time = std::chrono::seconds{5};
  Duration announce_delay = std::chrono::seconds{5};
  unsigned announce_ct = 3;  // > 0
};

// Section 5. Unset values are derived from BearerTiming, message size and number of receivers.
struct Parameters {
  std::optional<Duration> ack_retransmission_time;
  double back_off_factor = 1.5;
  unsigned emcon_rtc = 3;                 // EMCON_RTC: repeats for silent receivers
  std::optional<Duration> emcon_rti;      // EMCON_RTI: time between them
  unsigned mm = 50;                       // MM
  std::optional<Duration> ack_pdu_time;   // ACK_PDU_TIME
  std::optional<Duration> max_ack_delay;  // random Ack delay with several destinations
  Duration unidentified_data_validity = std::chrono::hours{1};
  unsigned max_retries = 10;  // silent rounds before a non-EMCON receiver is given up
  bool extra_address = true;  // end-of-round Extra_Address_PDU (142(A) peers only)
  bool ack_timestamp = false;
  double initial_loss = 0.02;  // assumed for a peer not heard before
  ParityAim parity_aim = ParityAim::time;
  // Coded messages to silent receivers: all of them are to have it with this probability after the last repeat,
  // when PDUs are lost with at least this probability.
  double emcon_delivery = 0.999;
  double emcon_loss = 0.2;
  Duration emcon_burst{};                       // mean length of the bursts in which they are lost; 0: one by one
  std::optional<DynamicGroups> dynamic_groups;  // off
};

// A node we exchange P_MUL with. PDUs from a Source_ID that is no peer are dropped and counted.
struct Peer {
  PmulId id;
  std::optional<Ipv4> address;  // unset: learned from the datagrams that carry its Source_ID
  Edition edition = Edition::acp142a;
  bool fletcher = false;  // send the 2001 checksum
  bool ack_ranges = true;
  bool emcon = false;  // cannot answer now
  double loss = -1;    // measured before (kept by the owner); < 0 = unknown
  double burst = 0;    // s: mean length of the bursts in which PDUs are lost (likewise); 0 = one by one
  Coding coding = Coding::off;
  bool decodes = false;  // it has shown so before (likewise); of interest with Coding::automatic
};

struct Destination {
  PmulId id;
  std::uint32_t message_sequence_number = 0;
};

// A message to send. message_id is never reused within the longest expiry and never 0.
struct Outgoing {
  std::uint32_t message_id = 0;
  std::uint8_t priority = 6;  // P_MUL: 0 is the most urgent
  Time expiry;
  std::optional<Ipv4> group;              // unset: unicast, one destination
  std::vector<Destination> destinations;  // any order; sorted on the wire
  Bytes octets;                           // 1 .. 65535 x (max_pdu - 16)
  bool arq = false;                       // the bearer repeats what is lost; one destination, queued bearers only
  bool arq_if_unanswered = false;         // begins without, goes over to it when nobody answers; likewise
};

// Inclusive runs of sequence numbers, ascending: the compact form of acked[] and received[].
struct Run {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend bool operator==(const Run&, const Run&) = default;
};
using Runs = std::vector<Run>;

// What was known of a transfer before a restart.
struct SendingState {
  std::size_t fragment_octets = 0;  // numbering must not change (section 3.6)
  bool started = false;             // anything was put on the air
  unsigned emcon_repeats = 0;       // the last notice::EmconRepeat
  struct PerDestination {
    PmulId id;
    bool done = false;
    bool failed = false;
    bool heard = false;
    Runs acked;
  };
  std::vector<PerDestination> destinations;
};

struct ReceptionKey {
  PmulId source;
  std::uint32_t message_id = 0;
  friend auto operator<=>(const ReceptionKey&, const ReceptionKey&) = default;
};

// What was known of a message being received before a restart. Of a coded message there are also fragments above
// Total (parity) and one with the number 0 (its FEC parameters).
struct ReceptionState {
  ReceptionKey key;
  Time expiry;
  std::uint8_t priority = 6;
  std::uint16_t total = 0;
  std::uint32_t message_sequence_number = 0;
  std::vector<PmulId> destinations;  // as far as the Address_PDU named them
  bool delivered = false;            // accepted by the owner; no fragments kept
  bool ack_owed = false;             // EMCON: acknowledge when released
  struct Fragment {
    std::uint16_t sequence;
    Bytes octets;
  };
  std::vector<Fragment> fragments;
};

// --- notices: everything the owner has to store, do or tell ----------------------------------
namespace notice {
// All Data_PDUs are here. The owner stores the message and calls accept() (or refuse()); only an
// accepted message is acknowledged as complete.
struct Received {
  ReceptionKey key;
  std::uint8_t priority;
  Time expiry;
  std::vector<PmulId> destinations;
  Bytes octets;
};
struct ReceptionOpened {
  ReceptionKey key;
  Time expiry;
  std::uint8_t priority;
  std::uint16_t total;
  std::uint32_t message_sequence_number;
  std::vector<PmulId> destinations;
};
struct FragmentReceived {
  ReceptionKey key;
  std::uint16_t sequence;
  Bytes octets;
};
// The reception or the memory of a delivered one is over: forget what was stored for it.
struct ReceptionClosed {
  ReceptionKey key;
  std::string_view reason;
};  // ack_ack discarded expired given_up
struct AckOwed {
  ReceptionKey key;
  bool owed;
};
struct SequenceGap {
  PmulId source;
  std::uint32_t first_missing;
  std::uint32_t last_missing;
};

struct TransferStarted {
  std::uint32_t message_id;
  std::size_t fragment_octets;
};
struct Progress {
  std::uint32_t message_id;
  PmulId destination;
  Runs acked;
  std::uint16_t total;
};
struct Acknowledged {
  std::uint32_t message_id;
  PmulId destination;
};
struct Failed {
  std::uint32_t message_id;
  PmulId destination;
  std::string_view reason;
};  // expired gave_up cancelled
// So many transmissions for silent destinations, the first one included, have gone out whole.
struct EmconRepeat {
  std::uint32_t message_id;
  unsigned count;
};
// All destinations acknowledged or failed. The figures are those of TransferView, since the start or restart.
struct TransferClosed {
  std::uint32_t message_id;
  std::uint16_t total = 0;
  std::uint16_t blocks = 0;
  std::size_t data_sent = 0;
  std::size_t parity_sent = 0;
};

struct PeerLeftEmcon {
  PmulId peer;
};  // an Ack came from a peer flagged EMCON
struct PeerHeard {
  PmulId peer;
  Ipv4 address;
};
struct LossMeasured {  // what Peer::loss and Peer::burst are to be from now on
  PmulId peer;
  double loss;
  double burst = 0;
};
struct CodingLearned {
  PmulId peer;
  bool decodes;
};  // what Peer::decodes is to be from now on
// Coding::always, but it answers coded messages as one that does not decode (they go on plainly); or it decodes again.
struct CodingIgnored {
  PmulId peer;
  bool ignored;
};
struct Rejected {
  std::string_view reason;
  std::size_t offset;
  Ipv4 from;
};  // a PDU dropped, with its named error
}  // namespace notice

using Notice =
    std::variant<notice::Received, notice::ReceptionOpened, notice::FragmentReceived, notice::ReceptionClosed,
                 notice::AckOwed, notice::SequenceGap, notice::TransferStarted, notice::Progress, notice::Acknowledged,
                 notice::Failed, notice::EmconRepeat, notice::TransferClosed, notice::PeerLeftEmcon, notice::PeerHeard,
                 notice::LossMeasured, notice::CodingLearned, notice::CodingIgnored, notice::Rejected>;

// One PDU for the bearer.
struct Frame {
  Ipv4 to;  // multicast group or unicast address
  Port port = Port::data;
  std::uint8_t priority = 6;
  std::uint32_t message_id = 0;
  bool is_ack = false;
  Bytes octets;
  bool arq = false;          // to be confirmed by the far node; never to a silent one
  Time expiry = never;       // of no use to anybody after that
  std::uint64_t ticket = 0;  // of a queued bearer: for done(); never used twice
};

// A live transfer, for `longwire show` and `status`.
struct TransferView {
  std::uint32_t message_id;
  std::uint8_t priority;
  std::uint16_t total;
  std::size_t pending_pdus;  // still to be sent in this round
  unsigned round;
  struct PerDestination {
    PmulId id;
    std::size_t acked;
    bool done;
    bool emcon;
    bool coded = false;      // it is served with parity
    std::size_t wanted = 0;  // symbols it lacks, as far as it said; only when coded
  };
  std::vector<PerDestination> destinations;
  std::size_t data_sent = 0;    // Data_PDUs so far, parity and repeats included
  std::size_t parity_sent = 0;  // of them, those above Total
  std::uint16_t blocks = 0;     // of the code; 0: the message is not coded
};
struct ReceptionView {
  ReceptionKey key;
  std::uint16_t total;
  std::size_t received;
  bool delivered;
  std::size_t parity = 0;  // symbols held beside the Data_PDUs received
  // Of a message that is known to be coded.
  std::uint16_t blocks = 0;
  std::uint16_t blocks_decoded = 0;
  std::size_t wanted = 0;      // symbols still needed, of all blocks
  unsigned wrong_digests = 0;  // how often everything was thrown away
};

class Entity {
 public:
  Entity(PmulId self, const BearerTiming& timing, const Parameters& parameters, const std::vector<Peer>& peers,
         std::uint64_t seed);
  ~Entity();
  Entity(Entity&&) noexcept;
  Entity& operator=(Entity&&) noexcept;

  // Starts a transfer. Errors: too_large (more than 65535 PDUs), empty_message, no_destination,
  // unknown_peer, duplicate_message_id, too_many_destinations, duplicate_destination, no_group
  // (several destinations, no group, and dynamic groups are off).
  // Returns the error's name, empty when it was taken.
  std::string_view send(Outgoing message, Time now);
  // After a restart: go on with a transfer or a reception.
  std::string_view restore(Outgoing message, const SendingState& state, Time now);
  void restore(ReceptionState state, Time now);
  // Sends a Discard_Message_PDU and reports Failed{cancelled} for whoever has not acknowledged.
  void cancel(std::uint32_t message_id, Time now);
  // Keeps a transfer from sending (operator hold) or lets it go on.
  void hold(std::uint32_t message_id, bool held, Time now);

  // Our own radio silence. Entering freezes transfers and drops pending Acks; leaving acknowledges
  // all that is owed in one burst, then goes on with the transfers.
  void set_emcon(bool silent, Time now);
  void set_peer_emcon(PmulId peer, bool silent, Time now);

  // arq: it came by a service that confirms, so an answer may go by it too.
  void on_frame(ByteView octets, Ipv4 from, Time now, bool arq = false);
  // The next PDU by priority, or nothing when nothing is due. Nothing ever under EMCON.
  std::optional<Frame> poll_transmit(Time now);
  // Tells when the PDU polled last will have left the bearer; timers of its round start then.
  // Not for queued bearers.
  void transmitted(Time air_end);
  // Queued bearers, once for each Frame::ticket: it has left; by ARQ, the far node has it (ok) or does not.
  void done(std::uint64_t ticket, bool ok, Time now);
  Time next_wake() const;  // never when idle
  // True when poll_transmit(now) would give a PDU.
  bool wants_to_send(Time now) const;
  // And its priority.
  std::optional<std::uint8_t> next_priority(Time now) const;

  std::vector<Notice> take_notices();
  void accept(ReceptionKey key, Time now);  // stored: may be acknowledged
  void refuse(ReceptionKey key, Time now);  // could not be stored: forget, never acknowledge

  // Dynamic groups the bearer has to listen to now, besides its configured ones.
  std::vector<Ipv4> joined_groups() const;

  std::vector<TransferView> transfers() const;
  std::vector<ReceptionView> receptions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::acp142
