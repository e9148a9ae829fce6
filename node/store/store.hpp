// The one truth of a node: SQLite (WAL, synchronous=FULL). Every call below joins one open
// transaction; commit() makes it durable. After a failure (disk full, corrupt file, duplicate id)
// calls throw StoreError and everything since the last commit is rolled back: nothing half-written
// is ever visible. What the owner keeps in memory is then ahead of the store: it must start again
// from the store (Start-up is recovery) before it goes on.
#pragma once

#include "acp142/entity.hpp"
#include "base/bytes.hpp"
#include "base/security_label.hpp"
#include "base/time.hpp"
#include "mail/envelope.hpp"
#include "node/store/acp127.hpp"
#include "node/store/certificates.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::store {

struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class RecipientState : std::uint8_t {
  queued,       // waiting for a bearer or for local delivery
  held,         // operator hold or MINIMIZE keeps it
  in_transfer,  // a P_MUL transfer carries it now
  transferred,  // the next hop acknowledged it
  delivering,   // handed to local delivery
  delivered,
  relayed,  // given to a server that does not report
  failed,
  expired,
  cancelled,
};
std::string_view to_string(RecipientState state);
bool is_final(RecipientState state);  // nothing more will be done by this node

struct RecipientRow {
  mail::Recipient recipient;
  RecipientState state = RecipientState::queued;
  std::string next_hop;  // peer name, or "" for local delivery
  std::string status;    // enhanced status of the last event
  std::string text;
  unsigned attempts = 0;
  Time next_attempt;  // not before
  bool delay_reported = false;
  int x400_number = 0;  // originally-specified-recipient-number it came with; 0: not by X.400
};

inline RecipientRow new_recipient(mail::Recipient recipient, int x400_number = 0) {
  RecipientRow row;
  row.recipient = std::move(recipient);
  row.x400_number = x400_number;
  return row;
}

// What a stored body is: a message as mail, or an MTS-APDU as it came, kept to be relayed untouched.
enum class Form : std::uint8_t { rfc5322, p1 };

struct MessageRow {
  std::uint64_t id = 0;     // given by insert(); grows, never reused
  std::string tracking_id;  // short text id shown to operators, unique
  mail::Envelope envelope;  // recipients live in rows[]
  std::vector<RecipientRow> rows;
  Time accepted;
  Time expiry;
  std::optional<Time> deliver_by;  // absolute
  bool held = false;
  std::string origin;      // "smtp 127.0.0.1", "pmul 10.66.0.9 17", "report"
  PmulId from_peer;        // 0 = submitted here
  std::string message_id;  // Message-ID field
  std::string subject;
  std::uint64_t octets = 0;  // size of the body
  Form form = Form::rfc5322;
  std::optional<SecurityLabel> label;  // what access is decided by
  std::string protection = "clear";    // of the body as it came: "clear", "signed", "encrypted", "signed encrypted"
  std::vector<std::string> verdict;    // what its layers were found to be, the outermost first
};

// One P_MUL transfer: which recipients of a message travel in it, and how far it got.
struct TransferRow {
  std::uint32_t pmul_message_id = 0;
  std::string bearer;
  std::uint64_t message = 0;
  acp142::Outgoing outgoing;
  acp142::SendingState state;
  struct Carried {
    PmulId destination;
    std::vector<std::uint32_t> recipients;
  };  // indices into rows[]
  std::vector<Carried> carried;
};

// A message as it was signed and encrypted for peers of one profile, so that no second attempt signs it again: the far
// side knows what it got twice by its octets.
struct ProtectedRow {
  std::vector<std::uint32_t> recipients;  // positions of those it was made for
  std::string content_type;               // X.400 content: OID; empty: mail
  Bytes octets;
};

struct TrackRow {
  std::uint64_t message = 0;
  std::string recipient;  // empty: the whole message
  Time time;
  std::string event;  // accepted queued transferred delivered failed delayed expired report ...
  std::string detail;
};

struct AlertRow {
  std::uint64_t id = 0;
  Time time;
  std::string name;
  std::string text;
  bool cleared = false;
};

class Store {
 public:
  // path ":memory:" gives a store that lives as long as the object (simulator, tests).
  // Throws StoreError when the file is no store, is of a newer schema, or is locked by another node.
  explicit Store(const std::string& path);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  void commit();    // no-op when nothing was written
  void rollback();  // what a crash does
  bool dirty() const;
  // For a moment without work: moves what the write-ahead log holds into the file, so that neither
  // a busy hour nor a restart has to. Cheap when there is little; never waits for anyone. Nothing is
  // lost when it fails (a full disk): what is committed stays in the log, and the text says why.
  std::optional<std::string> idle();
  // Test seam: told right before and right after each durable commit, with 1, 2, 3 ...
  void on_sync(std::function<void(unsigned count)> observer);

  // --- messages
  // Recipients are taken from message.rows and read back there; envelope.recipients stays empty.
  std::uint64_t insert(const MessageRow& message, ByteView body);
  std::vector<MessageRow> live_messages();  // any recipient not final, oldest first
  std::optional<MessageRow> message(std::uint64_t id);
  std::optional<MessageRow> find(std::string_view tracking_id);
  // Newest first, at most 100. Every argument that is not empty must match; both empty match nothing.
  std::vector<MessageRow> find_by_envelope(std::string_view envid, std::string_view message_id);
  Bytes body(std::uint64_t id);  // empty when dropped
  void update_recipient(std::uint64_t id, std::uint32_t index, const RecipientRow& row);
  void set_held(std::uint64_t id, bool held);
  void drop_body(std::uint64_t id);  // final everywhere: keep the row for tracking
  // By the name of the profile; goes with the body.
  void keep_protected(std::uint64_t id, std::string_view profile, const ProtectedRow& row);
  std::optional<ProtectedRow> protected_for(std::uint64_t id, std::string_view profile);
  // What a signed receipt is recognized by (RFC 2634 2.6), under the identifier of its request. As long as the message
  // is tracked.
  struct ExpectedReceipt {
    std::uint64_t message = 0;
    Bytes octets;
  };
  void expect_receipt(std::uint64_t id, ByteView identifier, ByteView octets);
  std::optional<ExpectedReceipt> expected_receipt(ByteView identifier);
  // Forgets final messages about which nothing was tracked since t, with their tracking, and cleared
  // alerts older than t. A bounded number a call; true when there may be more.
  bool forget_before(Time t);

  // --- outgoing transfers
  // transfer.state is read back with one entry per destination of transfer.outgoing, in its order.
  void insert(const TransferRow& transfer);
  std::vector<TransferRow> transfers();
  void transfer_started(std::uint32_t pmul_message_id, std::size_t fragment_octets);
  void transfer_emcon_repeats(std::uint32_t pmul_message_id, unsigned count);
  void transfer_progress(std::uint32_t pmul_message_id, PmulId destination, const acp142::Runs& acked);
  void transfer_destination_closed(std::uint32_t pmul_message_id, PmulId destination, bool done);
  void remove_transfer(std::uint32_t pmul_message_id);

  // --- DMP identifiers given out: one names a message for these recipients to one peer, over restarts too
  void dmp_sent(std::string_view peer, std::uint16_t id, std::uint64_t message,
                const std::vector<std::uint32_t>& recipients);  // an older use of the id ends
  std::optional<std::uint16_t> dmp_id(std::string_view peer, std::uint64_t message,
                                      const std::vector<std::uint32_t>& recipients);
  std::optional<std::uint64_t> dmp_message(std::string_view peer, std::uint16_t id);

  // --- ACP 127: the operator's desk, oldest first, and names of messages on circuits (recipients: "0,2", positions)
  std::uint64_t desk_insert(const DeskRow& row);
  void desk_update(const DeskRow& row);  // reason, detail, text, alert
  void desk_remove(std::uint64_t id);
  std::optional<DeskRow> desk_row(std::uint64_t id);
  std::vector<DeskRow> desk_rows();  // without their texts
  std::size_t desk_size();           // without sections
  std::optional<CircuitSent> circuit_sent(std::string_view circuit, std::uint64_t message, std::string_view recipients);
  void circuit_sent(std::string_view circuit, std::uint64_t message, std::string_view recipients,
                    const CircuitSent& sent);
  void circuit_not_sent(std::string_view circuit, std::uint64_t message, std::string_view recipients);

  // --- certificates by address and fingerprint; one that is there already is replaced
  void put_certificate(const CertificateRow& row);
  std::vector<CertificateRow> certificates();  // by address, then fingerprint
  void remove_certificate(std::string_view address, std::string_view fingerprint);

  // --- receptions, in progress and remembered
  void reception_opened(std::string_view bearer, const acp142::notice::ReceptionOpened& n);
  void fragment_received(std::string_view bearer, const acp142::ReceptionKey& key, std::uint16_t sequence,
                         ByteView octets);
  void reception_delivered(const acp142::ReceptionKey& key);  // drops fragments, keeps the key
  void reception_ack_owed(const acp142::ReceptionKey& key, bool owed);
  void reception_closed(const acp142::ReceptionKey& key);
  std::vector<acp142::ReceptionState> receptions(std::string_view bearer);

  // --- duplicate suppression over all bearers
  bool seen(const acp142::ReceptionKey& key);
  void remember(const acp142::ReceptionKey& key, Time until);
  bool forget_seen_before(Time now);  // bounded; true when there may be more

  // --- counters and settings
  std::uint64_t next_counter(std::string_view name);  // 1, 2, 3 ... never repeats over restarts
  std::optional<std::string> setting(std::string_view key);
  void set_setting(std::string_view key, std::string_view value);

  // --- tracking, alerts, audit
  void track(const TrackRow& row);
  std::vector<TrackRow> tracking(std::uint64_t message);
  std::uint64_t raise_alert(Time t, std::string_view name, std::string_view text);  // one open alert per (name, text)
  void clear_alert(std::uint64_t id);
  std::vector<AlertRow> alerts(bool with_cleared);
  void audit(Time t, std::string_view who, std::string_view what);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::store
