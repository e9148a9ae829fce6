// Scoreboard: what became of every message of a scenario, as its users see it.
#pragma once

#include "node/engine/node.hpp"
#include "sim/scenario.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace longwire::sim {

struct RecipientOutcome {
  std::string address;
  bool refused = false;           // by the SMTP edge
  std::optional<Time> delivered;  // first time
  std::string node;               // where
  unsigned duplicates = 0;        // further deliveries as another message
  bool corrupted = false;         // a body that is not the one submitted
  std::optional<Time> reported;   // a failure report reached the originator
  std::string status;             // of that report
  unsigned success_reports = 0;   // "delivered" or "relayed" reports
  std::string queue_state;        // at the end: the least final state at any node; empty = unknown everywhere
  bool live = false;              // that state is not final
};

struct MessageOutcome {
  const MessagePlan* plan = nullptr;
  std::string message_id;  // Message-ID, without <>
  std::uint64_t body_hash = 0;
  std::size_t octets = 0;   // as submitted
  unsigned attempts = 0;    // submissions tried
  unsigned unanswered = 0;  // of these: handed over whole, but the node died before its reply
  std::string reply;        // the last SMTP reply
  std::optional<Time> accepted;
  std::vector<RecipientOutcome> recipients;
};

class Scoreboard {
 public:
  explicit Scoreboard(const Scenario& scenario);

  // The message of a plan as an SMTP client would send it: a header and `size` octets in all.
  Bytes compose(std::size_t index);
  MessageOutcome& outcome(std::size_t index) { return outcomes_[index]; }
  const std::vector<MessageOutcome>& outcomes() const { return outcomes_; }

  // A node handed this to its local delivery. A repeat of the same (node, message id, recipient) is
  // nothing new, as it overwrites the same file of a Maildir. Returns a word for the trace.
  std::string_view delivered(const engine::action::Deliver& delivery, const std::string& node, Time now);

  std::size_t accepted_recipients() const;
  std::size_t delivered_recipients() const;

 private:
  std::string_view deliver_to(const std::string& address, const engine::action::Deliver& delivery,
                              const std::string& node, Time now);
  bool note_report(ByteView octets, Time now);

  std::uint64_t seed_;
  Time start_;
  std::vector<MessageOutcome> outcomes_;
  using ById = std::map<std::string, std::size_t, std::less<>>;
  ById::iterator by_subject(std::string_view subject);
  ById by_message_id_;
  std::set<std::tuple<std::string, std::uint64_t, std::string>> files_;
};

}  // namespace longwire::sim
