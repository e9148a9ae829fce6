// ACP 127 at the boundary: how heading fields stand in format lines and in lines of the text, and the notifications
// about them. docs/gateway.md has the table.
#pragma once

#include "annexe/acp127/text_fields.hpp"
#include "annexe/gateway/gateway.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

// --- notifications (A-03) --------------------------------------------------------------------------
// The MON a recipient with that bit in its acp127-notification-request (extension 15) makes due: 0x80 nn: refused,
// 0x40 pn: confirmed, 0x20 tn: it has left by ACP 127. nullopt: nobody asked. One message for each recipient.
struct Acp127Outcome {
  std::uint8_t type = 0;
  std::string supplementary;  // up to 128
};
std::vector<x400::Message> acp127_notifications(const x400::Message& message, const std::vector<int>& numbers,
                                                const Acp127Outcome& outcome, const Settings& settings,
                                                const std::string& local_id, Time now);

// --- lines of the text -----------------------------------------------------------------------------
// A header field as text: the notation that FL12 lines share with mail.
struct HeaderLine {
  std::string name, value;
  friend bool operator==(const HeaderLine&, const HeaderLine&) = default;
};
using HeaderLines = std::vector<HeaderLine>;

HeaderLines header_lines(std::string_view header);  // unfolded
std::string header_text(const HeaderLines& lines);  // folded, CRLF
// All values of that name, in order.
std::vector<std::string> values_of(const HeaderLines& lines, std::string_view name);

// "ORIGINATOR REF: .." for "MMHS-Originator-Reference: .."; a list has a line for each item; fields that have no
// keyword of their own stand whole behind FIELD. An empty value says that there is no such field.
std::vector<acp127::TextField> to_text_fields(const HeaderLine& line);
// The header fields of all lines that are such, lists in one. Keywords of no field go to `unknown`.
HeaderLines to_header_lines(const std::vector<acp127::TextField>& fields, std::vector<std::string>& unknown);

// The header fields that the format lines and the lines every station may write (SIC, SUBJ, EXERCISE ...) stand for.
// An addressee is known by its PLAD; who is not stands in MMHS-Other-Recipients-Indicator.
HeaderLines fields_of_lines(const acp127::Message& m, const acp127::StructuredText& text, const Settings& settings);

// The address of a station that is in no table: an O/R address of this gateway with the PLAD in it.
x400::OrName address_of_plad(const acp127::Addressee& a, const Settings& settings);
std::optional<std::string> plad_of_address(const x400::OrName& name);

// Lines of FL12 beside those of single header fields.
namespace keyword {
inline constexpr std::string_view field = "FIELD";              // "Name: value", any header field
inline constexpr std::string_view date = "DATE";                // submission, where it is not the date-time group
inline constexpr std::string_view grade = "GRADE";              // of the envelope, where FL2 does not say it
inline constexpr std::string_view label = "LABEL";              // BER of the security label, hexadecimal
inline constexpr std::string_view return_path = "RETURN PATH";  // originator of the envelope, where not FROM
inline constexpr std::string_view unlisted = "UNLISTED";        // INFO addressees that no heading names: blind copies
}  // namespace keyword

}  // namespace longwire::gateway
