// Readers of the format lines; format_lines.cpp has the table they stand in.
#pragma once

#include "annexe/acp127/format_lines.hpp"

namespace longwire::acp127 {

bool begins_start(std::string_view line);
bool begins_routing(std::string_view line);
bool begins_calling(std::string_view line);
bool begins_security(std::string_view line);
bool begins_precedence(std::string_view line);
bool begins_from(std::string_view line);
bool begins_to(std::string_view line);
bool begins_info(std::string_view line);
bool begins_exempted(std::string_view line);
bool begins_prefix(std::string_view line);
bool begins_separation(std::string_view line);
bool begins_correction(std::string_view line);
bool begins_validation(std::string_view line);
bool begins_end(std::string_view line);
bool begins_nothing(std::string_view line);

LineResult read_start(std::string_view line, bool first, Message& m);
LineResult read_routing(std::string_view line, bool first, Message& m);
LineResult read_calling(std::string_view line, bool first, Message& m);
LineResult read_security(std::string_view line, bool first, Message& m);
LineResult read_precedence(std::string_view line, bool first, Message& m);
LineResult read_from(std::string_view line, bool first, Message& m);
LineResult read_to(std::string_view line, bool first, Message& m);
LineResult read_info(std::string_view line, bool first, Message& m);
LineResult read_exempted(std::string_view line, bool first, Message& m);
LineResult read_prefix(std::string_view line, bool first, Message& m);
LineResult read_text(std::string_view lines, bool first, Message& m);
LineResult read_correction(std::string_view line, bool first, Message& m);
LineResult read_validation(std::string_view line, bool first, Message& m);
LineResult read_nothing(std::string_view line, bool first, Message& m);

}  // namespace longwire::acp127
