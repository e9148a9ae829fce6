#include "annexe/acp127/characters.hpp"

#include <algorithm>
#include <array>

namespace longwire::acp127 {

namespace {

constexpr std::string_view circuit_marks = " -?:().,'=/+";

struct StandIn {
  char character;
  std::string_view text;
};
// The first five are those of RFC 2156 3.4, which readers of X.400 addresses know.
constexpr std::array stand_ins{
    StandIn{'@', "(A)"}, StandIn{'%', "(P)"}, StandIn{'!', "(B)"}, StandIn{'"', "(Q)"}, StandIn{'_', "(U)"},
    StandIn{';', ","},   StandIn{'&', "+"},   StandIn{'<', "("},   StandIn{'>', ")"},   StandIn{'[', "("},
    StandIn{']', ")"},   StandIn{'{', "("},   StandIn{'}', ")"},   StandIn{'*', "X"},   StandIn{'|', "/"},
    StandIn{'\\', "/"},  StandIn{'~', "-"},   StandIn{'`', "'"},   StandIn{'^', "'"},   StandIn{'$', "(D)"},
    StandIn{'\t', " "},  StandIn{'#', "#"},
};

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_circuit_character(char c) {
  return is_letter(c) || is_digit(c) || circuit_marks.find(c) != std::string_view::npos;
}

bool is_circuit_text(std::string_view text) { return std::all_of(text.begin(), text.end(), is_circuit_character); }

std::string to_upper(std::string_view ascii) {
  std::string out(ascii);
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string to_circuit(std::string_view text) {
  std::string out;
  for (const char c : to_upper(text)) {
    if (is_circuit_character(c)) {
      out += c;
      continue;
    }
    const auto* at =
        std::find_if(stand_ins.begin(), stand_ins.end(), [c](const StandIn& s) { return s.character == c; });
    out += at == stand_ins.end() ? std::string_view("?") : at->text;
  }
  return out;
}

std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  constexpr std::string_view blank = " \t";
  for (auto at = line.find_first_not_of(blank); at != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(blank, at), line.size());
    out.emplace_back(line.substr(at, end - at));
    at = line.find_first_not_of(blank, end);
  }
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const auto& p : parts) {
    if (!out.empty()) out += between;
    out += p;
  }
  return out;
}

bool is_routing_indicator(std::string_view word) {
  return word.size() >= 4 && word.size() <= 7 && (word[0] == 'R' || word[0] == 'U') &&
         std::all_of(word.begin(), word.end(), is_letter);
}

bool is_operating_signal(std::string_view word) {
  constexpr std::size_t letters = 3;
  return word.size() >= letters && word.size() <= letters + 2 && word[0] == 'Z' && is_letter(word[1]) &&
         is_letter(word[2]) && std::all_of(word.begin() + letters, word.end(), is_digit);
}

std::vector<std::string> split_signals(const std::vector<std::string>& line) {
  std::vector<std::string> out;
  for (const auto& word : line) {
    if (out.empty() || is_operating_signal(word)) out.push_back(word);
    else out.back() += " " + word;
  }
  return out;
}

std::optional<Precedence> from_prosign(char letter) {
  switch (letter) {
    case 'Y':
      return Precedence::override_;
    case 'Z':
      return Precedence::flash;
    case 'O':
      return Precedence::immediate;
    case 'P':
      return Precedence::priority;
    case 'R':
      return Precedence::routine;
    default:  // any character may stand there
      return std::nullopt;
  }
}

char prosign(Precedence level, bool override_as_y) {
  switch (level) {
    case Precedence::override_:
      return override_as_y ? 'Y' : 'Z';
    case Precedence::flash:
      return 'Z';
    case Precedence::immediate:
      return 'O';
    case Precedence::priority:
      return 'P';
    case Precedence::routine:
    case Precedence::deferred:  // no prosign of its own (stanag4406.md 5.1)
      return 'R';
  }
  return 'R';
}

}  // namespace longwire::acp127
