// Writers of the format lines; format_lines.cpp has the table they stand in.
#pragma once

#include "annexe/acp127/format_lines.hpp"

namespace longwire::acp127 {

void write_start(const Message& m, const Style& style, Lines& out);
void write_routing(const Message& m, const Style& style, Lines& out);
void write_calling(const Message& m, const Style& style, Lines& out);
void write_security(const Message& m, const Style& style, Lines& out);
void write_precedence(const Message& m, const Style& style, Lines& out);
void write_from(const Message& m, const Style& style, Lines& out);
void write_to(const Message& m, const Style& style, Lines& out);
void write_info(const Message& m, const Style& style, Lines& out);
void write_exempted(const Message& m, const Style& style, Lines& out);
void write_prefix(const Message& m, const Style& style, Lines& out);
void write_separation(const Message& m, const Style& style, Lines& out);
void write_text_lines(const Message& m, const Style& style, Lines& out);
void write_corrections(const Message& m, const Style& style, Lines& out);
void write_validation(const Message& m, const Style& style, Lines& out);
void write_end(const Message& m, const Style& style, Lines& out);

// True when the line read as a continuation of FL4 would not come back as an instruction.
bool begins_other_heading_line(std::string_view line);

}  // namespace longwire::acp127
