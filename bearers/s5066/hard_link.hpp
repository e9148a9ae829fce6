// HardLink: the one hard link a node may have (A.1.1.2, A.3.2.2), as caller and as called node.
// What it wants done comes out as actions; Subnetwork carries them out.
#pragma once

#include "bearers/s5066/client_session.hpp"
#include "bearers/s5066/s_pdu.hpp"
#include "bearers/s5066/u_pdu_job.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

namespace longwire::s5066 {

struct HardLinkConfig {
  Duration timeout = std::chrono::minutes{3};  // of the peer's answer, and of the called client's
  std::uint8_t default_rank = 0;               // of callers of types 0 and 1
};

// S_PDU reasons (A.3.1); the primitives number theirs differently.
namespace s_reject {
inline constexpr std::uint8_t remote_busy = 1, higher_priority_existing = 2, not_responding = 3, sap_not_bound = 4;
}
namespace s_terminate {
inline constexpr std::uint8_t client_request = 1, higher_priority_requested = 2, sap_unbound = 4;
}

namespace hl {
struct Post {
  ClientId client;
  Primitive primitive;
};
struct MakePhysical {
  Address peer;
};
struct BreakPhysical {
  Address peer;
  std::uint8_t reason;  // c_break
};
struct Send {  // expedited ARQ
  Address peer;
  SPdu pdu;
};
struct Note {  // for the operator
  std::string_view name;
  Address peer;
  std::uint8_t type;
  std::string_view reason;
};
}  // namespace hl
using HardLinkAction = std::variant<hl::Post, hl::MakePhysical, hl::BreakPhysical, hl::Send, hl::Note>;

class HardLink {
 public:
  explicit HardLink(HardLinkConfig config) : config_(config) {}

  struct Caller {
    ClientId client;
    Binding binding;
  };
  // --- from clients --------------------------------------------------------------------------------
  void establish(const Caller& caller, const HardLinkEstablish& request, Time now);
  void terminate(ClientId client, Address remote, Time now);
  void accept(ClientId client, const HardLinkAccept& answer, Time now);
  void reject(ClientId client, const HardLinkReject& answer, Time now);
  void client_gone(ClientId client, Time now);

  // --- from the peer and the sublayer below ----------------------------------------------------------
  // named: who is bound at the request's remote SAP.
  void on_request(Address peer, const LinkRequest& request, const std::optional<Caller>& named, Time now);
  void on_confirm(Address peer, Time now);
  void on_rejected(Address peer, std::uint8_t reason, Time now);
  void on_terminate(Address peer, std::uint8_t reason, Time now);
  void on_terminate_confirm(Address peer, Time now);
  void on_made(Address peer, Time now);  // an exclusive physical link
  void on_failed(Address peer, std::optional<std::uint8_t> rejected, Time now);
  void on_broken(Address peer, Time now);

  // The rules of types 1 and 2 for ARQ data (A.1.1.2.2, A.1.1.2.3).
  bool may_go(const UPduJob& job) const;
  void note_user(ClientId client, Address peer);  // sent or received over the link

  bool active() const { return current_.has_value(); }
  std::vector<HardLinkAction> take_actions() { return std::exchange(actions_, {}); }
  void tick(Time now);
  Time next_wake() const;
  boost::json::object status() const;

 private:
  enum class State : std::uint8_t {
    physical,  // caller: waits for the exclusive physical link
    asked,     // caller: S_PDU 3 is out
    client,    // called: the named client is to accept
    established,
    terminating  // S_PDU 6 is out
  };
  struct Session {
    State state = State::physical;
    bool called = false;
    std::optional<ClientId> client;  // who asked for it, or (called, type 2) who is named
    std::uint8_t rank = 0;
    std::uint8_t own_sap = 0;  // of that client
    std::uint8_t far_sap = 0;  // calling SAP on the called side; named SAP on the calling side
    Link link;                 // as in the request or indication
    Address remote;
    Time deadline = never;
    std::set<ClientId> users;
    bool owner_told = false;  // of the end, while terminating
  };
  enum class Verdict : std::uint8_t { new_wins, existing_wins, same_type_0 };
  static Verdict compare(const Session& existing, const Session& incoming);

  void begin(Time now);                                     // current_ goes for its physical link
  void end(Address peer, std::uint8_t s_reason, Time now);  // S_PDU 6
  void ended(std::string_view why, bool break_physical, Time now);
  void failed(std::uint8_t reason, bool break_physical, Time now);  // hard_link_reason
  Session* contender();
  void take_over(Session incoming, Time now);
  void preempt(Time now);
  void tell_users(std::uint8_t reason, bool also_owner);  // terminated_reason
  void refuse(Address peer, std::uint8_t s_reason);
  void answer_request(Session incoming, Time now);
  void note(std::string_view name, std::string_view reason);

  HardLinkConfig config_;
  std::optional<Session> current_, next_;  // next_: waits for the end of current_
  std::map<Address, Time> lingering_;      // physical links the peer should break; we do if it does not
  std::vector<HardLinkAction> actions_;
};

}  // namespace longwire::s5066
