#include "annexe/acp127/format_lines.hpp"

#include "annexe/acp127/read_lines.hpp"
#include "annexe/acp127/write_lines.hpp"

#include <array>

namespace longwire::acp127 {

namespace {

constexpr std::array table{
    FormatLine{1, "VZCZC", "start of message, channel; then pilots, operating signals", false, true, begins_start,
               read_start, write_start},
    FormatLine{2, "", "precedence prosign doubled, routing indicators called", true, true, begins_routing, read_routing,
               write_routing},
    FormatLine{3, "DE", "calling routing indicator, station serial number, filing time", true, true, begins_calling,
               read_calling, write_calling},
    FormatLine{4, "ZNR ZNY", "security warning; transmission instructions, operating signals", false, true,
               begins_security, read_security, write_security},
    FormatLine{5, "", "precedence prosigns, date-time group, operating signals", true, true, begins_precedence,
               read_precedence, write_precedence},
    FormatLine{6, "FM", "originator", false, true, begins_from, read_from, write_from},
    FormatLine{7, "TO", "action addressees", false, true, begins_to, read_to, write_to},
    FormatLine{8, "INFO", "information addressees", false, true, begins_info, read_info, write_info},
    FormatLine{9, "XMT", "exempted addressees", false, true, begins_exempted, read_exempted, write_exempted},
    FormatLine{10, "ACCT GR", "accounting, group count", false, false, begins_prefix, read_prefix, write_prefix},
    FormatLine{11, "BT", "separation: the text begins", true, false, begins_separation, read_nothing, write_separation},
    FormatLine{12, "", "text", false, true, begins_nothing, read_text, write_text_lines},
    FormatLine{13, "BT", "separation: the text ends", true, false, begins_separation, read_nothing, write_separation},
    FormatLine{15, "C", "corrections", false, true, begins_correction, read_correction, write_corrections},
    FormatLine{15, "#", "end validation: the station serial number again", false, false, begins_validation,
               read_validation, write_validation},
    FormatLine{16, "NNNN", "end of message", true, false, begins_end, read_nothing, write_end},
};
constexpr std::size_t text_row = 11;
static_assert(table[text_row].number == 12);

}  // namespace

std::span<const FormatLine> format_lines() { return table; }
std::span<const FormatLine> heading_lines() { return format_lines().first(text_row); }
std::span<const FormatLine> ending_lines() { return format_lines().subspan(text_row + 1); }
const FormatLine& text_line() { return table[text_row]; }

}  // namespace longwire::acp127
