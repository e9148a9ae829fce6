#include "mail/mime.hpp"

#include "base/text.hpp"
#include "mail/message.hpp"

#include <algorithm>

namespace longwire::mail {

namespace {

bool is_wsp(char c) { return c == ' ' || c == '\t'; }

// Goes line by line with the multiparts that are open; no recursion, however deep the message claims to be.
class Walker {
 public:
  Walker(ByteView message, MimeLimits limits) : text_(as_text(message)), limits_(limits) {}

  Result<std::vector<MimePart>> run() {
    if (!begin_part(0, 0, 1, "text/plain")) return failure_;
    while (at_ < text_.size()) {
      const auto lf = text_.find('\n', at_);
      const auto next = lf == std::string_view::npos ? text_.size() : lf + 1;
      auto line = text_.substr(at_, next - at_);
      if (line.ends_with('\n')) line.remove_suffix(1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!take_line(line, next)) return failure_;
      at_ = next;
    }
    if (in_header_ && !end_header(text_.size())) return failure_;
    close_from(0, text_.size());
    return std::move(parts_);
  }

 private:
  // A part whose end is not known yet. Leaves, multiparts and messages alike: a stack from outside in.
  struct Open {
    std::size_t part;
    std::string delimiter;  // "--boundary"; empty if no multipart, or behind its last delimiter
  };

  bool fail(std::string_view name, std::string text) {
    failure_ = error(name, at_, std::move(text));
    return false;
  }

  bool begin_part(std::size_t offset, std::size_t parent, std::size_t depth, const char* default_type) {
    if (depth > limits_.depth) return fail("too_deep", "MIME parts nested beyond the limit");
    if (parts_.size() == limits_.parts) return fail("too_many_parts", "more MIME parts than taken");
    MimePart part;
    part.content_type.type = default_type;
    part.depth = depth;
    part.parent = parent;
    part.header = part.body = part.end = offset;
    parts_.push_back(std::move(part));
    open_.push_back({parts_.size() - 1, {}});
    in_header_ = true;
    return true;
  }

  bool take_line(std::string_view line, std::size_t next) {
    if (line.starts_with("--")) {
      // The outermost match wins: an inner multipart that lost its end must not eat the parts behind it.
      for (std::size_t level = 0; level < open_.size(); ++level)
        if (const auto kind = match(line, open_[level].delimiter); kind != Match::none)
          return take_delimiter(level, kind == Match::last, next);
    }
    if (!in_header_) return true;
    if (line.empty()) return end_header(next);
    const bool continues = is_wsp(line[0]) && at_ > parts_.back().header;
    if (continues || !field_name(line).empty()) {
      if (next - parts_.back().header <= limits::header_octets) return true;
      at_ = parts_.back().header;
      return fail("header_too_large", "a header beyond the limit");
    }
    // No field: the header ended without its empty line. The line itself is body and may be a delimiter.
    return end_header(at_) && take_line(line, next);
  }

  enum class Match { none, part, last };
  static Match match(std::string_view line, const std::string& delimiter) {
    if (delimiter.empty() || !line.starts_with(delimiter)) return Match::none;
    auto rest = line.substr(delimiter.size());
    const bool last = rest.starts_with("--");
    if (last) rest.remove_prefix(2);
    // RFC 2046 5.1.1: transport padding may follow.
    if (!std::all_of(rest.begin(), rest.end(), is_wsp)) return Match::none;
    return last ? Match::last : Match::part;
  }

  bool take_delimiter(std::size_t level, bool last, std::size_t next) {
    if (in_header_ && !end_header(at_)) return false;
    close_from(level + 1, end_before_delimiter());
    in_header_ = false;
    auto& multipart = open_[level];
    if (last) {
      multipart.delimiter.clear();  // an epilogue may follow
      return true;
    }
    const auto& parent = parts_[multipart.part];
    // RFC 2046 5.1.5
    const char* type = parent.content_type.type == "multipart/digest" ? "message/rfc822" : "text/plain";
    return begin_part(next, multipart.part, parent.depth + 1, type);
  }

  // RFC 2046 5.1.1: the line end in front of a delimiter belongs to the delimiter.
  std::size_t end_before_delimiter() const {
    auto end = at_;
    if (end > 0 && text_[end - 1] == '\n') --end;
    if (end > 0 && end < at_ && text_[end - 1] == '\r') --end;
    return end;
  }

  void close_from(std::size_t level, std::size_t end) {
    for (; open_.size() > level; open_.pop_back()) {
      auto& part = parts_[open_.back().part];
      part.end = std::max(part.body, end);
    }
  }

  // The header of the last part is complete; its body starts at `body`.
  bool end_header(std::size_t body) {
    in_header_ = false;
    const auto index = parts_.size() - 1;
    auto& part = parts_[index];
    part.body = part.end = body;
    const HeaderView header(as_bytes(text_.substr(part.header, body - part.header)));
    if (const auto value = header.value("Content-Type"))
      if (auto type = parse_content_type(*value)) part.content_type = *std::move(type);
    if (const auto value = header.value("Content-Transfer-Encoding")) {
      const auto word = std::string_view(*value).substr(0, value->find_first_of(" \t(;"));
      if (!word.empty()) part.encoding = to_lower(word);
    }
    const auto boundary = part.content_type.parameter("boundary");
    if (part.content_type.type.starts_with("multipart/") && !boundary.empty()) {
      open_.back().delimiter = "--" + std::string(boundary);
    } else if (part.content_type.type == "message/rfc822" && is_identity(part.encoding)) {
      return begin_part(body, index, part.depth + 1, "text/plain");
    }
    return true;
  }

  static bool is_identity(std::string_view encoding) {
    return encoding == "7bit" || encoding == "8bit" || encoding == "binary";
  }

  std::string_view text_;
  MimeLimits limits_;
  std::size_t at_ = 0;  // of the current line
  bool in_header_ = false;
  std::vector<MimePart> parts_;
  std::vector<Open> open_;
  Error failure_;
};

}  // namespace

Result<std::vector<MimePart>> walk_mime(ByteView message, MimeLimits limits) { return Walker(message, limits).run(); }

Body body_needed(ByteView octets) {
  bool high = false;
  std::size_t line = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto o = octets[i];
    if (o == '\r' && i + 1 < octets.size() && octets[i + 1] == '\n') {
      line = 0;
      ++i;
      continue;
    }
    if (o == 0 || o == '\r' || o == '\n' || ++line > limits::text_line) return Body::binary;
    high = high || o > 127;
  }
  return high ? Body::eight_bit : Body::seven_bit;
}

}  // namespace longwire::mail
