// The structure of FL12: classification, keyword lines, body.
//
//   NATO UNCLASSIFIED                      the classification in words, first
//   SIC ABC/DEF                            word lines: SIC, and EXERCISE, OPERATION, PROJECT, DRILL with a name
//   SUBJ: FUEL STATE                       keyword lines; "SUBJ (CODED): +FUEL STATE" where coded_text.hpp is needed
//   TEXT: PLAIN                            ends them and says how the body stands: as it is, or CODED
//   ...
//
// Other stations write no such line: then the whole text is the body, and what is recognised of the rest is found in
// it as well.
#pragma once

#include "annexe/acp127/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::acp127 {

struct TextField {
  std::string keyword;  // upper case: "SUBJ"
  std::string value;    // any octets
  friend bool operator==(const TextField&, const TextField&) = default;
};

enum class BodyKind : std::uint8_t {
  foreign,  // no line says how it stands
  text,     // TEXT: the octets of an IA5 text
  mime,     // MIME: header fields, an empty line and a MIME body
  data,     // DATA: acp127data
};

struct StructuredText {
  std::string classification;
  std::vector<TextField> fields;  // in order; keywords may repeat
  BodyKind kind = BodyKind::text;
  std::string body;  // lines with CR LF

  const std::string* find(std::string_view keyword) const;
};

// Lines with LF, none longer than style.line. The classification is written as it is, in circuit characters.
std::string write_structured(const StructuredText& text, const Style& style);
// Errors: bad_code (a coded line or body that cannot be read; offset in the text).
Result<StructuredText> read_structured(std::string_view text);

}  // namespace longwire::acp127
