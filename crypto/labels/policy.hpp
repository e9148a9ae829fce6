// Policy: a security policy information file (Open XML SPIF, xmlspif.org 1.0 to 2.1) and what it says of labels:
// validity, marking, equivalents (security.md 9). The access decision needs no file: access.hpp.
#pragma once

#include "base/security_label.hpp"
#include "crypto/x509/certificate.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto::labels {

class Policy {
 public:
  // Errors: bad_xml, bad_spif (element, attribute and why in the text; offset in the file), too_large.
  static Result<Policy> read(ByteView xml);
  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;
  ~Policy();

  const std::string& name() const;
  const std::string& id() const;  // OID

  // security.md 9.1. nullopt: valid. Else why: "unknown_classification", "unknown_category", "required_category", ...
  // creating: obsolete values are refused too.
  std::optional<Error> validate(const SecurityLabel& label, bool creating = false) const;

  struct Marking {
    std::string text;                              // "TEST SECRET CRYPTO,MEDICAL REL TO GBR,DNK"
    std::string foreground = "black", background;  // of RFC 7444; background: colour of the classification
  };
  // place: a code of markingData such as "pageBottom", "firstLineOfText", "subject".
  Marking marking(const SecurityLabel& label, std::string_view place = "pageBottom",
                  std::string_view language = {}) const;

  enum class Direction : std::uint8_t { outbound, inbound };  // "encrypt", "decrypt"
  // The label under the equivalent policy of that name or OID; inbound: of a label of theirs, under this policy.
  // Errors: no_equivalent, with what has none.
  Result<SecurityLabel> map(const SecurityLabel& label, std::string_view other_policy, Direction direction) const;

  // "TEST SECRET" or "SECRET": the classification of that name (phrases too); categories by their names:
  // "SECRET/Sensitivity:CRYPTO,MEDICAL/Releasable To:GBR". For configuration and look-up. Errors: bad_label.
  Result<SecurityLabel> label_of(std::string_view words) const;
  // "CONFIDENTIAL" (that class and all below in the hierarchy), "CONFIDENTIAL/Sensitivity:MEDICAL". Errors:
  // bad_clearance.
  Result<Clearance> clearance_of(std::string_view words) const;
  std::string describe(const Clearance& clearance) const;

 private:
  struct Impl;
  explicit Policy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The policies a node has loaded.
class Policies {
 public:
  void add(Policy policy);
  const Policy* by_id(std::string_view oid) const;
  const Policy* by_name(std::string_view name) const;
  const std::vector<Policy>& all() const { return list_; }

 private:
  std::vector<Policy> list_;
};

}  // namespace longwire::crypto::labels
