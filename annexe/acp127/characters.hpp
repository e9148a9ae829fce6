// The characters of ACP 127 circuits, and the shapes of words in format lines.
#pragma once

#include "base/precedence.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::acp127 {

// What ITA2 and IA5 circuits have in common, the national positions of ITA2 left out:
// A-Z 0-9 space - ? : ( ) . , ' = / +
bool is_circuit_character(char c);
bool is_circuit_text(std::string_view text);

// Upper case, and a readable stand-in for each character circuits lack, such as (A) for the at sign; '#' stays,
// FL15 begins with it.
std::string to_circuit(std::string_view text);
std::string to_upper(std::string_view ascii);

// The words of a line, without the white space between them.
std::vector<std::string> words(std::string_view line);
std::string join(const std::vector<std::string>& parts, std::string_view between);

// Four to seven letters, the first R (world wide) or U (stanag4406.md 7.1).
bool is_routing_indicator(std::string_view word);
// "ZFF3", "ZOV": an operating signal of ACP 131.
bool is_operating_signal(std::string_view word);
// Operating signals with their operands: "ZFF3 RFLSVH ZEL" is two. What stands before the first is one of its own.
std::vector<std::string> split_signals(const std::vector<std::string>& line);

// Z O P R, and Y.
std::optional<Precedence> from_prosign(char letter);
char prosign(Precedence level, bool override_as_y);

}  // namespace longwire::acp127
