#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/format_lines.hpp"
#include "annexe/acp127/message.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::acp127 {

namespace {

struct Line {
  std::size_t number = 0;  // from 1
  std::size_t offset = 0;
  std::string text;  // without its end
};

// Line ends are LF with any number of CR before it; a CR elsewhere only moves the carriage. Nulls and deletes are
// fillers of teleprinters.
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    Line line{out.size() + 1, at, {}};
    for (const char c : text.substr(at, end - at))
      if (c != '\r' && c != '\0' && c != '\x7f') line.text += c;
    out.push_back(std::move(line));
    at = end + 1;
  }
  return out;
}

bool is_legible(char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\f' || c == '\a'; }

std::string shown(std::string_view line) {
  constexpr std::size_t most = 60;
  std::string out;
  for (const char c : line.substr(0, most)) out += is_legible(c) ? c : '?';
  return out;
}

Error line_error(std::string_view name, const Line& line, int format_line, std::string_view why) {
  std::string text = "line " + std::to_string(line.number);
  if (format_line != 0) text += " (format line " + std::to_string(format_line) + ")";
  text += ": ";
  text += why;
  return error(name, line.offset, text + ": \"" + shown(line.text) + "\"");
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lines_(lines_of(text)), octets_(text.size()) {}

  Result<Message> run() {
    if (octets_ > limits::acp127_message_octets)
      return error("too_long", limits::acp127_message_octets,
                   "a message of more than " + std::to_string(limits::acp127_message_octets) + " octets");
    skip_to_start();
    if (auto e = check_characters()) return *std::move(e);
    if (auto e = read_rows(heading_lines())) return *std::move(e);
    read_text();
    if (auto e = read_rows(ending_lines())) return *std::move(e);
    return std::move(message_);
  }

 private:
  static std::string heading_form(const Line& line) { return std::string(trim(to_upper(line.text))); }

  // Noise, blank lines and letter shifts may stand before the message.
  void skip_to_start() {
    const auto is_start = [](const Line& line) {
      return line.text.find(start_of_message) != std::string::npos ||
             heading_form(line).find(start_of_message) != std::string::npos;
    };
    const auto find = [this](auto f) {
      return static_cast<std::size_t>(std::find_if(lines_.begin(), lines_.end(), f) - lines_.begin());
    };
    at_ = find(is_start);
    // Without FL1 the first thing that looks like FL2 begins it, and so it does where ZCZC comes behind it.
    const auto routing = find([](const Line& line) { return begins_routing_line(heading_form(line)); });
    at_ = std::min(at_, routing);
    if (at_ < lines_.size()) return;
    at_ = find([](const Line& line) { return !trim(line.text).empty(); });
  }

  std::optional<Error> check_characters() {
    for (std::size_t i = at_; i < lines_.size(); ++i) {
      const auto& line = lines_[i];
      // What stands before ZCZC on its line is noise.
      const auto start = i == at_ ? to_upper(line.text).find(start_of_message) : std::string::npos;
      const auto from = line.text.begin() + static_cast<std::ptrdiff_t>(start == std::string::npos ? 0 : start);
      if (!std::all_of(from, line.text.end(), is_legible))
        return line_error("garbled", line, 0, "characters that no line can hold");
      if (heading_form(line).starts_with(end_of_message)) break;
    }
    return std::nullopt;
  }

  // Each line belongs to the first row from here on that it begins, or continues the one before.
  std::optional<Error> read_rows(std::span<const FormatLine> rows) {
    std::size_t row = 0;
    const FormatLine* current = nullptr;
    std::size_t done = 0;  // rows before this one were met or passed over
    for (; at_ < lines_.size(); ++at_) {
      const auto form = heading_form(lines_[at_]);
      if (form.empty()) continue;
      auto next = row;
      while (next < rows.size() && !rows[next].begins(form)) ++next;
      const bool begins = next < rows.size() && !(goes_on(lines_[at_]) && current != nullptr);
      if (!begins && (current == nullptr || !current->continues)) return unexpected(rows, done);
      if (begins) {
        // Two originators, or two date-time groups: nobody can tell which is meant.
        if (current == &rows[next] && stands_once(*current))
          return line_error("ambiguous", lines_[at_], current->number, "a second line of this kind");
        if (auto e = check_passed(rows, done, next)) return e;
        current = &rows[next];
        row = next;
        done = next + 1;
      }
      if (const auto wrong = current->read(begins ? form : raw_form(lines_[at_]), begins, message_))
        return line_error(wrong->name, lines_[at_], current->number, wrong->text);
      if (done == rows.size()) {  // BT or NNNN
        ++at_;
        return std::nullopt;
      }
    }
    return check_passed(rows, done, rows.size());
  }

  static bool stands_once(const FormatLine& row) { return row.number >= 2 && row.number <= 6; }
  static bool goes_on(const Line& line) { return line.text.starts_with(' ') || line.text.starts_with('\t'); }
  static std::string raw_form(const Line& line) { return to_upper(line.text); }

  // Mandatory rows that were passed over.
  std::optional<Error> check_passed(std::span<const FormatLine> rows, std::size_t from, std::size_t to) const {
    for (auto i = from; i < to; ++i)
      if (rows[i].mandatory) return missing(rows[i]);
    return std::nullopt;
  }

  Error missing(const FormatLine& row) const {
    const bool at_end = at_ >= lines_.size();
    const auto what = std::to_string(row.number) + " (" + std::string(row.holds) + ")";
    if (row.begins(end_of_message)) return error("no_end", octets_, "the message does not end with NNNN");
    if (at_end) return error("missing_line", octets_, "format line " + what + " is missing at the end");
    return line_error("missing_line", lines_[at_], 0, "format line " + what + " is missing before this");
  }

  std::optional<Error> unexpected(std::span<const FormatLine> rows, std::size_t from) const {
    // Behind the text nothing but FL15 and FL16 can stand: was the BT before it part of the text?
    if (rows.data() == ending_lines().data())
      return line_error("ambiguous", lines_[at_], 0, "more text behind the BT that ends the text");
    if (auto e = check_passed(rows, from, rows.size()); e && from == 0) return e;
    return line_error("bad_line", lines_[at_], 0, "this line has no place here");
  }

  void read_text() {
    std::string text;
    for (; at_ < lines_.size(); ++at_) {
      const auto form = heading_form(lines_[at_]);
      if (form == separation || form.starts_with(end_of_message)) break;
      text += lines_[at_].text + "\n";
    }
    (void)text_line().read(text, true, message_);
  }

  std::vector<Line> lines_;
  std::size_t octets_;
  std::size_t at_ = 0;
  Message message_;
};

}  // namespace

Result<Message> parse(std::string_view text) { return Parser(text).run(); }

std::string identifier(const Message& m) { return m.station + " " + m.serial + " " + m.filing_time; }

}  // namespace longwire::acp127
