// Labels: SIO-Label (mail/sio_label.hpp) <-> X.411 / ESS security label (stanag4406.md 5.2), and the classification
// numbers of DMP and the FL4 letters of ACP 127.
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/sio_label.hpp"

#include <optional>
#include <string>

namespace longwire::gateway {

// The label the message has in X.400: the one of the field, or what the words of its marking say (the marking becomes
// the privacy mark); nullopt when neither says anything X.411 can hold (":xml", a URI, free words).
std::optional<SecurityLabel> label_of(const mail::SioLabel& field);

// "SIO-Label: marking=...; type=":x411"; label=..." CRLF, folded, RFC 2231 continuations where needed.
std::string format_sio_label(const SecurityLabel& label, const Settings& settings);

// The SIO-Label field as it stands, where format_sio_label(label_of()) would lose something of it (colours, other
// words,
// ":ess", ":xml"): it then travels as "SIO-Label: value" in rfc-822-field-list.
std::optional<std::string> label_field_to_keep(const mail::HeaderView& header, const Settings& settings);
// The fields of the mail that a message becomes. kept: what came along of the field, with or without its name, or
// empty; it is used as long as it says the same as the label of the envelope. If not, the envelope's label wins and a
// SIO-Label-History tells of the change (L-02).
std::string label_fields(const std::optional<SecurityLabel>& label, std::string_view kept, const Settings& settings,
                         Time now);

// "NATO RESTRICTED": the policy's name and the classification's, then the privacy mark.
std::string marking_of(const SecurityLabel& label, const Settings& settings);
// A marking without a label read back: the first classification words in it, those of ACP 127 ("UNCLAS",
// "S E C R E T") included.
std::optional<int> classification_of_words(std::string_view marking);

// X.411 classification <-> DMP (4.5) and ACP 127 FL4 letters ("UUUUU", "RRRRR", "CCCCC", "SSSSS", "TTTTT"). What is
// in neither table counts as the next higher one.
std::uint8_t dmp_classification(int x411);
int from_dmp_classification(std::uint8_t dmp);
std::string_view acp127_letters(int x411);
std::optional<int> from_acp127_letters(std::string_view letters);

}  // namespace longwire::gateway
