// SIO-Label and SIO-Label-History: the security label of a mail (RFC 7444). The syntax only; what a label means and who
// may see it is the business of others.
#pragma once

#include "base/security_label.hpp"
#include "base/time.hpp"
#include "mail/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::mail {

inline constexpr std::string_view sio_label_field = "SIO-Label";
inline constexpr std::string_view sio_label_history_field = "SIO-Label-History";

struct SioLabel {
  std::string marking;                 // UTF-8; empty = none
  std::string foreground, background;  // "black", "#ff0000", lower case; empty = none, or one that is no colour
  std::string type;                    // ":ess", ":x411", ":xml", URI; empty = none
  std::string value;                   // of `label` as written: base64, or what the URI says
  std::optional<SecurityLabel> label;  // of ":ess" and ":x411", which are the same SET
  friend bool operator==(const SioLabel&, const SioLabel&) = default;
};

// nullopt: no such field. Errors: bad_label, duplicate_label (RFC 7444 4: at most one).
Result<std::optional<SioLabel>> read_sio_label(const HeaderView& header);
// The same of one value behind "SIO-Label:", unfolded. Errors: bad_label.
Result<SioLabel> parse_sio_label(std::string_view value);
// Of an ESS label: type and value filled in.
SioLabel sio_label_of(const SecurityLabel& label, std::string marking, std::string type = ":ess");
// The octets behind the base64 of ":ess", ":x411", ":xml"; nullopt: not base64.
std::optional<Bytes> octets_of(const SioLabel& label);

// "SIO-Label: marking=...; type=":ess"; label=..." CRLF, folded, RFC 2231 continuations where needed.
std::string format_sio_label(const SioLabel& label);
// The parameters alone, each to stand behind a ";"; prefix: "" or "new-".
std::vector<std::string> sio_label_parameters(const SioLabel& label, std::string_view prefix = {});

// RFC 7444 5: trace only.
struct SioLabelChange {
  std::optional<SioLabel> before, after;  // unset: added, deleted
  std::string changed_by;
  std::string changed_at;  // RFC 5322 date-time as written
  std::string comment;
};
std::string format_sio_label_history(const SioLabelChange& change);
// Errors: bad_label (without change, changed-by or changed-at too).
Result<SioLabelChange> parse_sio_label_history(std::string_view value);

}  // namespace longwire::mail
