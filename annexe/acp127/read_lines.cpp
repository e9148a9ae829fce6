#include "annexe/acp127/read_lines.hpp"

#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/date_time_group.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::acp127 {

namespace {

constexpr std::size_t most_serial = 8;  // characters
constexpr int most_groups = 9999;

std::string first_word(std::string_view line) {
  auto all = words(line);
  return all.empty() ? std::string{} : std::move(all.front());
}

// What stands behind the prosign.
std::string_view behind(std::string_view line, std::size_t prosign) { return trim(trim(line).substr(prosign)); }

bool goes_on(std::string_view line) { return !line.empty() && (line[0] == ' ' || line[0] == '\t'); }

std::string collapsed(std::string_view text) { return join(words(text), " "); }

LineError bad_line(std::string text) { return {"bad_line", std::move(text)}; }

// Adds an item, or to the last one when the line goes on.
void take_item(std::string_view line, bool first, std::vector<std::string>& items) {
  const auto text = collapsed(line);
  if (text.empty()) return;
  if (!first && goes_on(line) && !items.empty()) items.back() += " " + text;
  else items.push_back(text);
}

// "RFLSVH/HNOMS NANSEN", "RFLSVH/", "HNOMS NANSEN"; "/UNIT/A" where the name would read as an indicator.
Addressee addressee_of(std::string_view text) {
  const auto name = collapsed(text);
  const auto slash = name.find('/');
  if (slash == std::string::npos) return {"", name};
  const auto indicator = name.substr(0, slash);
  auto plad = collapsed(std::string_view(name).substr(slash + 1));
  if (indicator.empty() || is_routing_indicator(indicator)) return {indicator, std::move(plad)};
  return {"", name};
}

LineResult take_addressee(std::string_view line, bool first, std::size_t prosign, std::vector<Addressee>& out) {
  const auto text = first ? behind(line, prosign) : trim(line);
  if (text.empty()) return std::nullopt;
  if (!first && goes_on(line) && !out.empty()) {
    auto& last = out.back();
    last.plad += (last.plad.empty() ? "" : " ") + collapsed(text);
    return std::nullopt;
  }
  out.push_back(addressee_of(text));
  return std::nullopt;
}

bool is_single_prosign(std::string_view word) { return word.size() == 1 && from_prosign(word[0]).has_value(); }

}  // namespace

bool begins_start(std::string_view line) { return line.find(start_of_message) != std::string_view::npos; }

bool begins_routing(std::string_view line) {
  const auto word = first_word(line);
  return word.size() == 2 && word[0] == word[1] && from_prosign(word[0]).has_value();
}

bool begins_routing_line(std::string_view line) {
  const auto all = words(line);
  return begins_routing(line) && all.size() > 1 && is_routing_indicator(all[1]);
}

bool begins_calling(std::string_view line) { return first_word(line) == "DE"; }

bool begins_security(std::string_view line) {
  const auto word = first_word(line);
  return word == "ZNR" || word == "ZNY";
}

// A garbled group or prosign is better told as such than taken for an instruction.
bool begins_precedence(std::string_view line) {
  const auto all = words(line);
  if (all.empty()) return false;
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 3); ++i)
    if (looks_like_dtg(all[i])) return true;
  return is_single_prosign(all[0]);
}

bool begins_from(std::string_view line) { return first_word(line) == "FM"; }
bool begins_to(std::string_view line) { return first_word(line) == "TO"; }
bool begins_info(std::string_view line) { return first_word(line) == "INFO"; }
bool begins_exempted(std::string_view line) { return first_word(line) == "XMT"; }

bool begins_prefix(std::string_view line) {
  const auto word = first_word(line);
  if (word == "ACCT" || word == "GR" || word == "GRNC") return true;
  return word.size() > 2 && word.starts_with("GR") &&
         std::all_of(word.begin() + 2, word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool begins_separation(std::string_view line) { return line == separation; }
bool begins_correction(std::string_view line) { return first_word(line) == "C"; }
bool begins_validation(std::string_view line) { return line.starts_with('#'); }
bool begins_end(std::string_view line) { return line.starts_with(end_of_message); }
bool begins_nothing(std::string_view /*line*/) { return false; }

LineResult read_start(std::string_view line, bool first, Message& m) {
  if (!first) {
    take_item(line, first, m.pilots);
    return std::nullopt;
  }
  const auto behind_start = line.substr(line.find(start_of_message) + start_of_message.size());
  const auto rest = words(behind_start);
  if (rest.empty()) return std::nullopt;
  // "VZCZCABA051" and "ZCZC ABA051" are both met; what follows are pilots.
  m.channel = rest.front();
  const auto pilots = join({rest.begin() + 1, rest.end()}, " ");
  if (!pilots.empty()) m.pilots.push_back(pilots);
  return std::nullopt;
}

LineResult read_routing(std::string_view line, bool first, Message& m) {
  auto all = words(line);
  if (first) {
    const auto level = from_prosign(all.at(0)[0]);
    if (!level) return LineError{"bad_precedence", "'" + all[0] + "' is no precedence prosign"};
    m.precedence = *level;
    all.erase(all.begin());
  }
  for (auto& word : all) {
    if (!is_routing_indicator(word))
      return LineError{"bad_routing_indicator", "'" + word + "' is no routing indicator"};
    m.routing.push_back(std::move(word));
  }
  return std::nullopt;
}

LineResult read_calling(std::string_view line, bool first, Message& m) {
  if (!first) {  // FL4 without a security warning
    take_item(line, m.instructions.empty(), m.instructions);
    return std::nullopt;
  }
  const auto all = words(line);
  constexpr std::size_t fields = 4;
  if (all.size() != fields) return bad_line("DE is followed by routing indicator, serial number and filing time");
  if (!is_routing_indicator(all[1]))
    return LineError{"bad_routing_indicator", "'" + all[1] + "' is no routing indicator"};
  auto serial = all[2].starts_with('#') ? all[2].substr(1) : all[2];
  const bool good = !serial.empty() && serial.size() <= most_serial && serial.find('#') == std::string::npos;
  if (!good) return bad_line("'" + all[2] + "' is no station serial number");
  if (!is_filing_time(all[3])) return bad_line("'" + all[3] + "' is no filing time");
  m.station = all[1];
  m.serial = std::move(serial);
  m.filing_time = all[3];
  return std::nullopt;
}

LineResult read_security(std::string_view line, bool first, Message& m) {
  if (!first) {
    take_item(line, m.instructions.empty(), m.instructions);
    return std::nullopt;
  }
  constexpr std::size_t repeats = 5;
  constexpr std::string_view letters_known = "UERCST";
  const auto all = words(line);
  if (all.size() < 2) return LineError{"bad_classification", all[0] + " without its letters"};
  const auto slash = std::min(all[1].find('/'), all[1].size());
  const auto letters = all[1].substr(0, slash);
  const bool good = letters.size() == repeats && letters.find_first_not_of(letters[0]) == std::string::npos &&
                    letters_known.find(letters[0]) != std::string_view::npos;
  if (!good) return LineError{"bad_classification", "'" + all[1] + "' is no security warning"};
  // ZNR says unclassified, ZNY classified: one that contradicts its letters is not guessed at.
  if ((all[0] == "ZNR") != (letters[0] == 'U'))
    return LineError{"bad_classification", all[0] + " does not go with " + letters};
  m.classification = letters;
  m.security_suffix = all[1].substr(slash);
  const auto signals = join({all.begin() + 2, all.end()}, " ");
  if (!signals.empty()) m.instructions.push_back(signals);
  return std::nullopt;
}

LineResult read_precedence(std::string_view line, bool first, Message& m) {
  auto all = words(line);
  if (!first) {
    if (!goes_on(line)) return bad_line("neither FM nor an addressee nor BT");
    for (const auto& s : split_signals(all)) {
      if (!m.signals.empty() && !is_operating_signal(s.substr(0, s.find(' ')))) m.signals.back() += " " + s;
      else m.signals.push_back(s);
    }
    return std::nullopt;
  }
  std::size_t at = 0;
  std::vector<Precedence> levels;
  for (; at < all.size() && !looks_like_dtg(all[at]) && at < 2; ++at) {
    if (at == 1 && !is_single_prosign(all[at])) break;  // what stands there is a garbled group
    if (!is_single_prosign(all[at])) return LineError{"bad_precedence", "'" + all[at] + "' is no precedence prosign"};
    levels.push_back(*from_prosign(all[at][0]));
  }
  if (levels.empty()) return LineError{"bad_precedence", "the line has no precedence prosign"};
  constexpr std::size_t dtg_words = 3;
  if (all.size() < at + dtg_words) return LineError{"bad_dtg", "the date-time group is not complete"};
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
  const Words group(begin, begin + dtg_words);
  m.date_time = parse_dtg(group);
  if (!m.date_time) return LineError{"bad_dtg", "'" + join(group, " ") + "' is no date-time group"};
  m.dtg = join(group, " ");
  m.action = levels[0];
  if (levels.size() > 1) m.info = levels[1];
  m.signals = split_signals({begin + dtg_words, all.end()});
  return std::nullopt;
}

LineResult read_from(std::string_view line, bool first, Message& m) {
  if (!first) {
    if (!goes_on(line) || m.from == Addressee{}) return bad_line("neither TO, INFO, XMT nor BT");
    m.from.plad += (m.from.plad.empty() ? "" : " ") + collapsed(line);
    return std::nullopt;
  }
  const auto text = behind(line, 2);
  if (text.empty()) return bad_line("FM without an originator");
  m.from = addressee_of(text);
  return std::nullopt;
}

LineResult read_to(std::string_view line, bool first, Message& m) { return take_addressee(line, first, 2, m.to); }
LineResult read_info(std::string_view line, bool first, Message& m) {
  return take_addressee(line, first, 4, m.info_to);
}
LineResult read_exempted(std::string_view line, bool first, Message& m) {
  return take_addressee(line, first, 3, m.exempted);
}

LineResult read_prefix(std::string_view line, bool /*first*/, Message& m) {
  auto all = words(line);
  if (all[0] == "ACCT") {
    // "ACCT NA GR120": the count may stand on the same line.
    const auto count =
        std::find_if(all.begin() + 1, all.end(), [](const std::string& w) { return w.starts_with("GR"); });
    m.accounting = join({all.begin() + 1, count}, " ");
    all.erase(all.begin(), count);
    if (all.empty()) return std::nullopt;
  }
  if (all[0] == "GRNC" && all.size() == 1) {
    m.groups_not_counted = true;
    return std::nullopt;
  }
  const auto digits = all[0] == "GR" ? (all.size() == 2 ? all[1] : std::string{}) : all[0].substr(2);
  const auto count = parse_unsigned(digits);
  if (!count || *count > most_groups || all.size() > 2 || (all.size() == 2 && all[0] != "GR"))
    return LineError{"bad_group_count", "'" + collapsed(line) + "' is no group count"};
  m.groups = static_cast<int>(*count);
  return std::nullopt;
}

LineResult read_correction(std::string_view line, bool first, Message& m) {
  take_item(first ? behind(line, 1) : line, first, m.corrections);
  return std::nullopt;
}

LineResult read_validation(std::string_view line, bool /*first*/, Message& m) {
  m.validation = std::string(trim(line.substr(1)));
  // FL15 repeats FL3 so that two messages run together are noticed.
  if (!m.validation.empty() && m.validation != m.serial)
    return LineError{"ambiguous", "the end validation #" + m.validation + " is not the serial number " + m.serial};
  return std::nullopt;
}

LineResult read_nothing(std::string_view line, bool /*first*/, Message& /*m*/) {
  (void)line;
  return std::nullopt;
}

std::optional<Section> parse_section(std::string_view line) {
  const auto all = words(to_upper(line));
  std::size_t at = 0;
  const auto word = [&](std::string_view expected) { return at < all.size() && all[at] == expected && ++at; };
  const auto number = [&]() -> int {
    constexpr std::uint64_t most = 9999;
    const auto n = at < all.size() ? parse_unsigned(all[at++]) : std::nullopt;
    return n && *n >= 1 && *n <= most ? static_cast<int>(*n) : 0;
  };
  const bool final = word("FINAL");
  if (!word("SECTION")) return std::nullopt;
  Section out;
  out.number = final ? 0 : number();
  if (!word("OF")) return std::nullopt;
  out.of = number();
  if (final) out.number = out.of;
  if (at != all.size() || out.number < 1 || out.of < out.number) return std::nullopt;
  return out;
}

// The section line stands before or behind the classification (stanag4406.md 7.1).
LineResult read_text(std::string_view lines, bool /*first*/, Message& m) {
  constexpr int places = 2;
  std::size_t at = 0;
  for (int i = 0; i < places && at < lines.size(); ++i) {
    const auto end = lines.find('\n', at);
    if (const auto section = parse_section(lines.substr(at, end - at))) {
      m.section = section;
      m.text = std::string(lines.substr(0, at)) + std::string(lines.substr(end + 1));
      return std::nullopt;
    }
    at = end + 1;
  }
  m.text = std::string(lines);
  return std::nullopt;
}

}  // namespace longwire::acp127
