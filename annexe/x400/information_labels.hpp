// The deprecated extension 17 (stanag4406.md 3.4): labels of the content, the heading and single body parts. The
// heading keeps it as it came; this is for whoever wants to know what is in it.
#pragma once

#include "annexe/x400/p772.hpp"

namespace longwire::x400 {

struct BodyPartLabel {
  SecurityLabel label;
  std::optional<int> number;  // of the body part, from 1; absent: all of them
  friend bool operator==(const BodyPartLabel&, const BodyPartLabel&) = default;
};
struct InformationLabels {
  SecurityLabel content;
  std::optional<SecurityLabel> heading;
  std::vector<BodyPartLabel> body_parts;
  friend bool operator==(const InformationLabels&, const InformationLabels&) = default;
};

// Errors: those of decode_label.
Result<InformationLabels> decode_information_labels(ByteView ber);
Bytes encode_information_labels(const InformationLabels& labels);

}  // namespace longwire::x400
