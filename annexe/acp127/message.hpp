// ACP 127 messages: format lines 1-16 (stanag4406.md 7.1), read and written by one table of lines
// (acp127/format_lines.hpp). Further: sections.hpp (long messages), scanner.hpp (octet streams), ita2.hpp,
// text_fields.hpp (the structure of FL12).
#pragma once

#include "base/bytes.hpp"
#include "base/precedence.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::acp127 {

struct Addressee {
  std::string routing_indicator;  // may be empty
  std::string plad;               // may be empty when only the indicator is given
  friend bool operator==(const Addressee&, const Addressee&) = default;
};

struct Section {  // "SECTION 1 OF 3"
  int number = 1, of = 1;
  friend bool operator==(const Section&, const Section&) = default;
};

struct Message {
  std::string channel;                           // FL1: "ABA051" behind VZCZC, empty = none
  std::vector<std::string> pilots;               // FL1 operating signals, one a line
  Precedence precedence = Precedence::routine;   // FL2
  std::vector<std::string> routing;              // FL2 routing indicators called
  std::string station;                           // FL3 DE: calling routing indicator
  std::string serial;                            // FL3 station serial number
  std::string filing_time;                       // FL3 as written: "3251200"
  std::string classification;                    // FL4 letters: "UUUUU", "CCCCC", ...; empty = none
  std::string security_suffix;                   // FL4 "/AAAAA"
  std::vector<std::string> instructions;         // FL4 transmission instructions, one a line
  Precedence action = Precedence::routine;       // FL5
  std::optional<Precedence> info;                // FL5 second prosign
  std::string dtg;                               // FL5 as written: "211200Z NOV 26"
  std::optional<Time> date_time;                 // the same
  std::vector<std::string> signals;              // FL5 operating signals, each with its operands
  Addressee from;                                // FL6
  std::vector<Addressee> to, info_to, exempted;  // FL7, FL8, FL9
  std::string accounting;                        // FL10 ACCT
  std::optional<int> groups;                     // FL10 GR; nullopt with GRNC or without the line
  bool groups_not_counted = false;               // GRNC
  std::optional<Section> section;                // FL12
  std::string text;                              // FL12, every line ends with LF, classification line included
  std::vector<std::string> corrections;          // FL15
  std::string validation;                        // FL15 "#0042" without its "#"
  friend bool operator==(const Message&, const Message&) = default;
};

enum class Code : std::uint8_t { ia5, ita2 };

struct Style {
  Code code = Code::ia5;
  std::size_t line = 69;  // characters a line
  std::size_t section_lines = 100;
  bool override_as_y = false;  // else Z
};

// One message, from FL1 to NNNN, in IA5 with any of CR LF, CR CR LF, LF and in any letter case; whatever stands
// before FL1 (or FL2, where there is no FL1) is skipped. Errors (offset of the line, its number in the text):
// missing_line, bad_line, bad_precedence, bad_routing_indicator, bad_dtg, bad_classification, bad_group_count,
// garbled (characters no line can hold), ambiguous, too_long, no_end.
Result<Message> parse(std::string_view text);
// The lines of FL1..FL16 with CR CR LF, upper case, IA5; characters that circuits lack are replaced
// (characters.hpp). The text is not cut: see sections().
std::string format(const Message& m, const Style& style);
// The octets that go out: format(), in ITA2 between letter shifts where the circuit speaks that.
Bytes transmission(const Message& m, const Style& style);

// "RFLSVH 0042 3251200": what names a message between stations (FL3; MMHS-Acp127-Message-Identifier).
std::string identifier(const Message& m);

}  // namespace longwire::acp127
