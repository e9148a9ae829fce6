// LocalDelivery: hands mail for our own users to the configured server or Maildir, a few at a time,
// most urgent first, and again until an answer is stored.
#pragma once

#include "node/engine/boundary.hpp"
#include "node/engine/core.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/reports.hpp"
#include "node/engine/scheduler.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace longwire::engine {

// The message as a mailbox gets it: exactly one Return-Path, in front (RFC 5321 4.4).
Bytes with_return_path(std::string_view from, ByteView message);

class LocalDelivery {
 public:
  // first: delivery numbers start behind it, so that an answer to a machine that was rebuilt is known as stale.
  LocalDelivery(Core& core, Scheduler& scheduler, Outcomes& outcomes, Intake& intake, Reports& reports,
                Boundary& boundary, std::uint64_t first)
      : core_(core),
        scheduler_(scheduler),
        outcomes_(outcomes),
        intake_(intake),
        reports_(reports),
        boundary_(boundary),
        last_(first) {}

  // Issues action::Deliver for what waits, up to limits::deliveries at once.
  void dispatch(Time now);
  void result(const event::DeliveryResult& result, Time now);

 private:
  struct Pending {
    std::uint64_t message = 0;
    std::vector<std::uint32_t> recipients;
    std::optional<security::ReceiptAsked> receipt_asked;
  };
  std::vector<std::uint32_t> cleared(LiveMessage& m, Time now);
  void answer_receipt(const store::MessageRow& row, const security::ReceiptAsked& asked, std::uint32_t index, Time now);
  void issue(LiveMessage& m, Time now);
  void settle(LiveMessage& m, std::uint32_t index, const event::DeliveryResult::PerRecipient& r,
              const std::string& remote, Time now);
  Verdict verdict_of(const event::DeliveryResult::PerRecipient& r, const std::string& remote) const;

  Core& core_;
  Scheduler& scheduler_;
  Outcomes& outcomes_;
  Intake& intake_;
  Reports& reports_;
  Boundary& boundary_;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t last_;
};

}  // namespace longwire::engine
