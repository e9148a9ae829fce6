// Protection: a message signed and encrypted for a transfer, as the profile of the peers says, and each message opened
// again as far as the profile of the node it came from lets. The work itself is the shaper's (node/security); here it
// meets the store, the tracking and the audit.
#pragma once

#include "node/engine/core.hpp"
#include "node/engine/outcomes.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace longwire::engine {

class Protection {
 public:
  Protection(Core& core, Outcomes& outcomes) : core_(core), outcomes_(outcomes) {}

  // Does this profile do anything to what goes out?
  static bool protects(const security::Profile* profile);
  // The octets for these recipients were made under the profile as it is now.
  bool is_made(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients,
               const security::Profile& profile) const;

  // The mail for these recipients (positions in row.rows). A second attempt gets the octets of the first. Errors:
  // those of Shaper::protect_mail().
  Result<Bytes> mail(LiveMessage& m, const store::MessageRow& row, Bytes message,
                     const std::vector<std::uint32_t>& recipients, const security::Profile& profile, Time now);
  // The same of an MTS-APDU: the content of a message becomes a CMS object, and nothing in its envelope speaks of what
  // was encrypted (RFC 3854, 3855). Reports pass as they are.
  Result<Bytes> apdu(LiveMessage& m, const store::MessageRow& row, Bytes octets,
                     const std::vector<std::uint32_t>& recipients, const security::Profile& profile, Time now);

  // No certificate for some: they are refused, wait, or get it clear, as the profile says. Told to operator and audit.
  void without_certificate(LiveMessage& m, const std::vector<std::uint32_t>& recipients,
                           const security::Profile& profile, Scheduler& scheduler, Time now);
  // Any other reason why the profile cannot be met: they fail, and their sender hears no detail.
  void impossible(LiveMessage& m, const std::vector<std::uint32_t>& recipients, const Error& error, Time now);

 private:
  using Kept = std::optional<store::ProtectedRow>;
  Kept kept_for(const store::MessageRow& row, const std::string& key,
                const std::vector<std::uint32_t>& recipients) const;
  void tell(LiveMessage& m, const security::Profile& profile, const security::Sent& sent, Time now);
  security::Parties parties_of(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients) const;

  Core& core_;
  Outcomes& outcomes_;
};

// How far what came from that node is opened here: as the profile says; without one only encryption for a key of ours
// is taken off, since signatures are for the reader.
const security::Profile* opening_profile(const Core& core, PmulId from_peer);

}  // namespace longwire::engine
