// Labels: SIO-Label (RFC 7444) <-> X.411 / ESS security label (stanag4406.md 5.2), and the classification numbers
// of DMP and the FL4 letters of ACP 127.
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/message.hpp"

#include <optional>
#include <string>

namespace longwire::gateway {

struct HeaderLabel {
  std::optional<x400::SecurityLabel> label;  // unset: a marking without a machine-readable label
  std::string marking;
  std::string type;  // ":ess", ":x411", ":xml", URI; empty = none
};
// nullopt: no SIO-Label field. Errors: bad_label, duplicate_label (L-01).
Result<std::optional<HeaderLabel>> read_sio_label(const mail::HeaderView& header);
// "SIO-Label: marking=...; type=":x411"; label=..." CRLF, folded, RFC 2231 continuations where needed.
std::string format_sio_label(const x400::SecurityLabel& label, const Settings& settings);
// "NATO RESTRICTED": the policy's name and the classification's, or the privacy mark.
std::string marking_of(const x400::SecurityLabel& label, const Settings& settings);
// A marking without a label read back: first the classification words of ACP 127 and NATO.
std::optional<int> classification_of_words(std::string_view marking);

// X.411 classification <-> DMP (4.5) and ACP 127 FL4 letters ("UUUUU", "RRRRR", "CCCCC", "SSSSS", "TTTTT").
std::uint8_t dmp_classification(int x411);
int from_dmp_classification(std::uint8_t dmp);
std::string_view acp127_letters(int x411);
std::optional<int> from_acp127_letters(std::string_view letters);

}  // namespace longwire::gateway
