// LabelRules: who may see what. Labels of messages, clearances of users, peers and bearers (security.md 6.2, 9).
#pragma once

#include "crypto/labels/access.hpp"
#include "crypto/labels/policy.hpp"
#include "node/security/config.hpp"

#include <memory>
#include <optional>
#include <string>

namespace longwire::security {

struct Refusal {
  std::string status = "5.7.1";  // enhanced status code for the sender
  std::string text;              // for the sender: never what the label or the content says
  std::string detail;            // for operator and audit
};

class LabelRules {
 public:
  // Errors: of files and words of the configuration; the text names the key.
  static Result<LabelRules> make(const SecurityConfig& config);
  LabelRules(LabelRules&&) noexcept;
  LabelRules& operator=(LabelRules&&) noexcept;
  ~LabelRules();

  bool on() const;  // any policy or clearance is configured
  const crypto::labels::Policies& policies() const;

  // The label of a mail not under a signature: SIO-Label, else the first line of text where configured, else the
  // default label; nullopt: unlabelled. A marking alone, in the field or the line, counts if the policy would have
  // written it. Errors: bad_label (also a marking that says another class than the label), duplicate_label.
  Result<std::optional<SecurityLabel>> label_of(ByteView message) const;

  // nullopt: granted. Each validates the label against its policy first; a label that names none is one of the node's
  // own, the first loaded. Users are checked as soon as the configuration has a clearance of one.
  // originator: empty for reports, which nobody is cleared for.
  std::optional<Refusal> check_submission(const std::optional<SecurityLabel>& label, std::string_view originator) const;
  // certified: clearances in the certificate of the user, for one that the configuration does not name.
  std::optional<Refusal> check_user(const std::optional<SecurityLabel>& label, std::string_view address,
                                    const std::vector<crypto::Clearance>& certified = {}) const;
  // clearance: as parse_clearance() made it of the key of a peer or bearer; nullopt there: everything may pass.
  std::optional<Refusal> check_hop(const std::optional<SecurityLabel>& label,
                                   const std::optional<crypto::Clearance>& clearance, std::string_view what) const;
  // nullopt: the text is empty. Errors: bad_clearance.
  Result<std::optional<crypto::Clearance>> parse_clearance(const ClearanceText& text) const;

  // The message with its label in the forms configured: SIO-Label field (replaced, with SIO-Label-History) and first
  // line of text. A field that says something else is replaced whatever the configuration.
  Bytes with_label(ByteView message, const SecurityLabel& label, std::string_view changed_by, Time now) const;
  std::string marking(const SecurityLabel& label) const;

 private:
  struct Impl;
  explicit LabelRules(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::security
