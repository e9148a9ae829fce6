// Policy: a security policy information file (Open XML SPIF, xmlspif.org 1.0 to 2.1) and what it says of labels:
// validity, marking, equivalents (security.md 9). The access decision needs no file: access.hpp.
#pragma once

#include "base/security_label.hpp"
#include "base/time.hpp"
#include "crypto/x509/certificate.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto::labels {

class Policy {
 public:
  // Errors: bad_xml, bad_spif (line, element, attribute and why in the text; offset in the file), too_large.
  static Result<Policy> read(ByteView xml);
  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;
  ~Policy();

  const std::string& name() const;
  const std::string& id() const;  // OID

  // security.md 9.1. nullopt: valid. Else why, the text for the operator: unknown_policy, no_classification,
  // unknown_classification, obsolete, unknown_category, bad_category, required_category, excluded_class,
  // required_class, excluded_category, selection, expired, privacy_mark.
  // creating: obsolete values, and privacy marks that are not in the list of the file, are refused too.
  // now: where given, the periods of validity in the file are looked at.
  std::optional<Error> validate(const SecurityLabel& label, bool creating = false,
                                std::optional<Time> now = std::nullopt) const;

  struct Marking {
    std::string text;  // "TEST SECRET CRYPTO,MEDICAL REL TO GBR,DNK"; empty: the label is not valid
    std::string foreground = "black", background = "white";  // of RFC 7444; background: that of the classification
  };
  // place: a code of markingData such as "pageBottom", "firstLineOfText", "subject"; where the file has nothing for a
  // place, what it has for the page counts. language: RFC 5646, empty = that of the phrases without xml:lang.
  Marking marking(const SecurityLabel& label, std::string_view place = "pageBottom",
                  std::string_view language = {}) const;

  // The label with that marking, at the bottom of the page or as first line of text, or of that classification alone;
  // without regard to case. nullopt: there is none, or it cannot be told from the words.
  std::optional<SecurityLabel> label_of_marking(std::string_view text) const;

  enum class Direction : std::uint8_t { outbound, inbound };  // "encrypt", "decrypt"
  // The label under the equivalent policy of that name or OID; inbound: of a label of theirs, under this policy.
  // other: their policy, where it is loaded; the result is then valid under it, and its names are understood.
  // Errors: those of validate(), no_equivalent with what has none.
  Result<SecurityLabel> map(const SecurityLabel& label, std::string_view other_policy, Direction direction,
                            const Policy* other = nullptr) const;

  // "TEST SECRET" or "SECRET": the classification of that name (phrases too); categories by their names:
  // "SECRET/Sensitivity:CRYPTO,MEDICAL/Releasable To:GBR". For configuration and look-up. Errors: bad_label.
  Result<SecurityLabel> label_of(std::string_view words) const;
  // "CONFIDENTIAL" (that class and all below in the hierarchy), "CONFIDENTIAL/Sensitivity:MEDICAL", "SECRET/Releasable
  // To:*" (every value); "UNCLASSIFIED,SECRET": exactly these classes. Errors: bad_clearance.
  Result<Clearance> clearance_of(std::string_view words) const;
  std::string describe(const Clearance& clearance) const;  // in such words

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Policy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The policies a node has loaded.
class Policies {
 public:
  void add(Policy policy);
  const Policy* by_id(std::string_view oid) const;
  const Policy* by_name(std::string_view name) const;  // without regard to case
  const std::vector<Policy>& all() const { return list_; }

 private:
  std::vector<Policy> list_;
};

}  // namespace longwire::crypto::labels
