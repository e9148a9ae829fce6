#include "annexe/acp127/text_fields.hpp"

#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/coded_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::acp127 {

namespace {

constexpr std::string_view coded_mark = " (CODED)";
constexpr std::array<std::string_view, 5> word_lines{"SIC", "EXERCISE", "OPERATION", "PROJECT", "DRILL"};
constexpr std::size_t foreign_heading_lines = 12;  // how far down a foreign text is looked at
constexpr std::size_t longest_keyword = 40;

struct BodyLine {
  std::string_view keyword;
  BodyKind kind;
};
constexpr std::array body_lines{BodyLine{"TEXT", BodyKind::text}, BodyLine{"MIME", BodyKind::mime},
                                BodyLine{"DATA", BodyKind::data}};

bool is_word_line(std::string_view keyword) {
  return std::find(word_lines.begin(), word_lines.end(), keyword) != word_lines.end();
}

void put_field(const TextField& field, std::size_t width, std::string& out) {
  // A line break in a value would end the line, and blanks at its ends would be trimmed.
  const bool blank_ends = field.value != trim(field.value);
  const auto start = field.keyword + (is_word_line(field.keyword) ? " " : ": ");
  if (!blank_ends && is_circuit_text(field.value) && start.size() + field.value.size() <= width &&
      !(field.value.empty() && is_word_line(field.keyword))) {
    const auto line = start + field.value;
    if (line.find("NNNN") == std::string::npos && line.find("ZCZC") == std::string::npos) {
      out += std::string(line.substr(0, line.find_last_not_of(' ') + 1)) + "\n";
      return;
    }
  }
  const auto coded = field.keyword + std::string(coded_mark) + ": ";
  out += coded;
  for (const auto& line : encode_coded_value(field.value, width, coded.size())) out += line + "\n";
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(lines_of(text)) {}

  Result<StructuredText> run() {
    if (lines_.empty()) return foreign();
    if (!starts_field(lines_[0])) out_.classification = trim(to_upper(lines_[at_++]));
    while (at_ < lines_.size()) {
      const auto field = read_field();
      if (!field) return field.error();
      if (!*field) return foreign();
      if (const auto kind = kind_of(out_.fields.back().keyword)) return body(*kind);
    }
    return foreign();
  }

 private:
  static std::optional<BodyKind> kind_of(std::string_view keyword) {
    const auto* at = std::find_if(body_lines.begin(), body_lines.end(),
                                  [keyword](const BodyLine& b) { return b.keyword == keyword; });
    return at == body_lines.end() ? std::nullopt : std::optional{at->kind};
  }

  // Length of the keyword with its mark, up to the colon; 0: no keyword line.
  static std::size_t keyword_length(std::string_view line) {
    const auto colon = line.substr(0, longest_keyword).find(':');
    if (colon == std::string_view::npos || colon == 0) return 0;
    const auto keyword = to_upper(line.substr(0, colon));
    const bool good = std::all_of(keyword.begin(), keyword.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '(' || c == ')';
    });
    return good && keyword[0] >= 'A' && keyword[0] <= 'Z' ? colon : 0;
  }

  static bool starts_field(std::string_view line) {
    if (keyword_length(line) != 0) return true;
    const auto all = words(to_upper(line));
    return all.size() > 1 && is_word_line(all[0]);
  }

  // False: the line is none.
  Result<bool> read_field() {
    const std::string line = lines_[at_];
    if (!starts_field(line)) return false;
    ++at_;
    const auto colon = keyword_length(line);
    if (colon == 0) {
      const auto all = words(to_upper(line));
      out_.fields.push_back({all[0], join({all.begin() + 1, all.end()}, " ")});
      return true;
    }
    auto keyword = to_upper(line.substr(0, colon));
    auto value = line.substr(colon + 1);
    if (!keyword.ends_with(coded_mark)) {
      out_.fields.push_back({std::string(trim(keyword)), to_upper(trim(value))});
      return true;
    }
    keyword.erase(keyword.size() - coded_mark.size());
    std::vector<std::string> coded{value.starts_with(' ') ? value.substr(1) : value};
    while (at_ < lines_.size() && trim(coded.back()).ends_with('=')) coded.push_back(lines_[at_++]);
    auto decoded = decode_coded(coded);
    if (!decoded) return error(decoded.error().name, offset(), keyword + ": " + decoded.error().text);
    if (decoded->ends_with("\r\n")) decoded->erase(decoded->size() - 2);
    out_.fields.push_back({std::string(trim(keyword)), *std::move(decoded)});
    return true;
  }

  std::size_t offset() const {
    std::size_t octets = 0;
    for (std::size_t i = 0; i + 1 < at_; ++i) octets += lines_[i].size() + 1;
    return octets;
  }

  Result<StructuredText> body(BodyKind kind) {
    const auto form = out_.fields.back().value;
    const std::vector<std::string> rest(lines_.begin() + static_cast<std::ptrdiff_t>(at_), lines_.end());
    // A foreign text may well have a line "TEXT: ..." of its own.
    if (form != "PLAIN" && form != "CODED") return foreign();
    const auto begin = offset();
    out_.fields.pop_back();
    out_.kind = kind;
    if (form == "PLAIN") {
      for (const auto& line : rest) out_.body += line.substr(0, line.find_last_not_of(' ') + 1) + "\r\n";
      return std::move(out_);
    }
    auto decoded = decode_coded(rest);
    if (!decoded) return error(decoded.error().name, begin + decoded.error().offset, decoded.error().text);
    out_.body = *std::move(decoded);
    return std::move(out_);
  }

  // The whole text is the body; fields count only near its top.
  Result<StructuredText> foreign() {
    StructuredText whole;
    whole.kind = BodyKind::foreign;
    whole.classification = out_.classification;
    for (const auto& line : lines_) whole.body += line + "\r\n";
    const auto most = std::min(lines_.size(), foreign_heading_lines);
    for (std::size_t i = 0; i < most; ++i) {
      if (!starts_field(lines_[i]) || to_upper(lines_[i]).find(coded_mark) != std::string::npos) continue;
      at_ = i;
      const auto before = out_.fields.size();
      if (const auto read = read_field(); read && *read && out_.fields.size() > before)
        whole.fields.push_back(out_.fields.back());
    }
    return whole;
  }

  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  StructuredText out_;
};

}  // namespace

const std::string* StructuredText::find(std::string_view keyword) const {
  const auto at =
      std::find_if(fields.begin(), fields.end(), [keyword](const TextField& f) { return f.keyword == keyword; });
  return at == fields.end() ? nullptr : &at->value;
}

std::string write_structured(const StructuredText& text, const Style& style) {
  std::string out;
  if (!text.classification.empty()) out = to_circuit(text.classification).substr(0, style.line) + "\n";
  for (const auto& f : text.fields) put_field(f, style.line, out);
  const auto* row =
      std::find_if(body_lines.begin(), body_lines.end(), [&text](const BodyLine& b) { return b.kind == text.kind; });
  if (row != body_lines.end()) {
    const bool plain = is_plain_body(text.body, style.line);
    out += std::string(row->keyword) + (plain ? ": PLAIN\n" : ": CODED\n");
    if (!plain) {
      for (const auto& line : encode_coded(text.body, style.line)) out += line + "\n";
      return out;
    }
  }
  for (const auto& line : lines_of(text.body)) out += line + "\n";
  return out;
}

Result<StructuredText> read_structured(std::string_view text) { return Reader(text).run(); }

}  // namespace longwire::acp127
