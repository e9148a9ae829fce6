// ACP 127 to X.400 (stanag4406.md 7.2).
#include "annexe/acp127/characters.hpp"
#include "annexe/gateway/acp127.hpp"
#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/heading_text.hpp"
#include "annexe/gateway/labels.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/x400/body_parts.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/date.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using acp127::Addressee;
using acp127::BodyKind;

constexpr std::string_view nato_policy = "1.3.26.1.3.1";  // stanag4406.md 5.2

class Reader {
 public:
  Reader(const acp127::Message& m, std::string_view own, const Settings& settings, Time now,
         const std::vector<std::string>& deliver_to)
      : in_(m), own_(own), settings_(settings), now_(now), deliver_to_(deliver_to) {}

  Result<ApduItem> run(std::string local_id) {
    auto text = acp127::read_structured(in_.text);
    if (!text) return text.error();
    text_ = *std::move(text);
    auto lines = fields();
    if (auto e = check_loop(lines)) return *std::move(e);
    if (auto e = heading(lines)) return *std::move(e);
    if (auto e = body()) return *std::move(e);
    auto& envelope = message_.envelope;
    envelope.id = {settings_.domain, std::move(local_id)};
    envelope.content_type.oid = x400::content_p772_oid;
    if (auto e = recipients()) return *std::move(e);
    if (auto e = originator()) return *std::move(e);
    if (auto e = label()) return *std::move(e);
    grade_and_time();
    message_.content = x400::encode_p772(ipm_);
    return ApduItem{std::move(message_), std::move(notes_)};
  }

 private:
  // The header fields of the message: those of the format lines, and of the text's lines where it has them.
  HeaderLines fields() {
    auto out = fields_of_lines(in_, text_, settings_);
    if (text_.kind == BodyKind::foreign) return out;
    std::vector<std::string> unknown;
    for (const auto& line : to_header_lines(text_.fields, unknown)) {
      const auto same = [&line](const HeaderLine& l) { return iequals(l.name, line.name); };
      // The first line of a name takes the place of what the format lines say.
      const bool first = std::none_of(exact_.begin(), exact_.end(), same);
      if (first) std::erase_if(out, same);
      exact_.push_back(line);
      if (!line.value.empty()) out.push_back(line);
    }
    constexpr std::array known{keyword::date,
                               keyword::grade,
                               keyword::label,
                               keyword::return_path,
                               keyword::unlisted,
                               std::string_view("SIC"),
                               std::string_view("EXERCISE"),
                               std::string_view("OPERATION"),
                               std::string_view("PROJECT"),
                               std::string_view("DRILL")};
    for (const auto& word : unknown)
      if (std::find(known.begin(), known.end(), word) == known.end())
        notes_.push_back("a line of the text that is not known here: " + word);
    return out;
  }

  // A message that has been through this station before bears its name.
  std::optional<Error> check_loop(const HeaderLines& lines) const {
    const auto id = values_of(lines, "MMHS-Acp127-Message-Identifier");
    if (own_.empty() || id.empty() || !id[0].starts_with(std::string(own_) + " ")) return std::nullopt;
    return error("looped", 0, "message " + id[0] + " has left from this station before");
  }

  std::optional<Error> heading(const HeaderLines& lines) {
    HeaderLines header;
    std::vector<std::string> kept;
    for (const auto& line : lines) {
      if (is_mime_field(line.name)) notes_.push_back("not a line of a text: " + line.name);
      else if (is_envelope_field(line.name)) kept.push_back(line.name + ": " + line.value);
      else header.push_back(line);
    }
    const auto text = header_text(header) + "\r\n";
    auto read = to_heading(mail::HeaderView(as_bytes(text)), settings_, notes_);
    if (!read) return error(read.error().name, 0, read.error().text);
    ipm_.heading = *std::move(read);
    if (!kept.empty()) keep_lines(ipm_.heading, kept);
    return std::nullopt;
  }

  // --- body -------------------------------------------------------------------------------------------

  std::optional<Error> body() {
    switch (text_.kind) {
      case BodyKind::foreign:
      case BodyKind::text:
        ipm_.body.push_back(x400::body::Ia5{text_.body, 5});
        break;
      case BodyKind::data:
        ipm_.body.push_back(x400::body::make_acp127_data({text_.body, 0}));
        break;
      case BodyKind::mime:
        if (auto e = mime_body()) return e;
        break;
    }
    if (in_.corrections.empty()) return std::nullopt;
    std::string lines;
    for (const auto& c : in_.corrections) lines += c + "\r\n";
    ipm_.body.push_back(x400::body::make_corrections({lines, 0}));
    return std::nullopt;
  }

  std::optional<Error> mime_body() {
    const auto octets = as_bytes(text_.body);
    const HeadingOf forwarded = [this](ByteView message, std::vector<std::string>& notes) {
      HeadingOptions options;
      options.scope = Scope::forwarded;
      options.military = true;
      return to_heading(mail::HeaderView(message), settings_, options, notes);
    };
    auto parts = to_body_parts(octets, true, settings_, forwarded, notes_);
    if (!parts) return parts.error();
    ipm_.body = *std::move(parts);
    if (auto extension = multipart_extension(octets)) ipm_.heading.extensions.push_back(*std::move(extension));
    return std::nullopt;
  }

  // --- envelope ---------------------------------------------------------------------------------------

  // Ours are the addressees with our routing indicator; where no addressee has one, those the table gives to us.
  std::optional<Error> recipients() {
    for (const auto& address : deliver_to_)
      if (auto e = add_recipient(address)) return e;
    if (!deliver_to_.empty()) return std::nullopt;
    std::vector<Addressee> all = in_.to;
    all.insert(all.end(), in_.info_to.begin(), in_.info_to.end());
    const bool routed =
        std::any_of(all.begin(), all.end(), [](const Addressee& a) { return !a.routing_indicator.empty(); });
    std::string unknown;
    for (const auto& a : all) {
      const auto* user = settings_.addresses.by_plad(a.plad);
      const bool known = user != nullptr && !user->address.empty();
      const bool ours = routed ? a.routing_indicator == own_
                               : known && (user->routing_indicator.empty() || user->routing_indicator == own_);
      if (!ours) continue;
      if (!known) {
        unknown += (unknown.empty() ? "" : ", ") + (a.plad.empty() ? a.routing_indicator + "/" : a.plad);
        continue;
      }
      if (auto e = add_recipient(user->address)) return e;
    }
    if (!unknown.empty()) return error("unknown_addressee", 0, "ours to deliver, but in no table of users: " + unknown);
    if (message_.envelope.recipients.empty())
      return error("no_addressee", 0, "no addressee is served by " + std::string(own_));
    return std::nullopt;
  }

  std::optional<Error> add_recipient(const std::string& address) {
    auto name = settings_.addresses.to_or(address);
    if (!name) return error(name.error().name, 0, address + ": " + name.error().text);
    auto& all = message_.envelope.recipients;
    if (std::any_of(all.begin(), all.end(), [&name](const auto& r) { return r.name == *name; })) return std::nullopt;
    auto& r = all.emplace_back();
    r.name = *std::move(name);
    r.number = static_cast<int>(all.size());
    return std::nullopt;
  }

  std::optional<Error> originator() {
    auto& envelope = message_.envelope;
    if (text_.kind != BodyKind::foreign)
      if (const auto* path = text_.find(keyword::return_path)) {
        auto name = settings_.addresses.to_or(*path);
        if (!name) return error(name.error().name, 0, *path + ": " + name.error().text);
        envelope.originator = *std::move(name);
        return std::nullopt;
      }
    const auto& from = ipm_.heading.originator;
    envelope.originator = from && from->formal ? *from->formal : address_of_plad(in_.from, settings_);
    return std::nullopt;
  }

  // --- label ------------------------------------------------------------------------------------------

  std::optional<Error> label() {
    // The text of a message says what it is; a warning below that must not take it further than it may go.
    const auto warned = from_acp127_letters(in_.classification);
    const auto said = classification_of_words(text_.classification);
    if (warned && said && *said > *warned)
      return error("bad_classification", 0,
                   "FL4 says " + in_.classification + ", but the text " + mail::clean_text(text_.classification));
    auto label = label_of_lines();
    const auto* exact = text_.kind == BodyKind::foreign ? nullptr : text_.find(keyword::label);
    if (exact != nullptr) {
      const auto octets = from_hex(*exact);
      auto read = octets ? decode_label(*octets) : Result<SecurityLabel>(error("bad_label"));
      if (!read) return error("bad_classification", 0, "the line LABEL cannot be read");
      // A warning that was changed on the way is for an operator to settle.
      if (!in_.classification.empty() && acp127_letters(read->classification.value_or(0)) != in_.classification)
        return error("bad_classification", 0, "FL4 says " + in_.classification + ", but not so the line LABEL");
      label = *std::move(read);
    }
    if (!label) return std::nullopt;
    message_.envelope.extensions.push_back({x400::ext_message_security_label, {}, 0, encode_label(*label)});
    return std::nullopt;
  }

  // FL4 by its letters, with the policy that the first line of the text names; without FL4 that line's words.
  std::optional<SecurityLabel> label_of_lines() const {
    auto level = from_acp127_letters(in_.classification);
    if (!level) level = classification_of_words(text_.classification);
    if (!level) return std::nullopt;
    SecurityLabel out;
    out.classification = level;
    if (text_.kind == BodyKind::foreign && text_.classification.starts_with("NATO ")) out.policy = nato_policy;
    return out;
  }

  void grade_and_time() {
    auto& envelope = message_.envelope;
    auto level = in_.precedence;
    auto filed = in_.date_time.value_or(now_);
    if (text_.kind != BodyKind::foreign) {
      if (const auto* grade = text_.find(keyword::grade)) level = parse_precedence(*grade).value_or(level);
      if (const auto* date = text_.find(keyword::date)) filed = mail::parse_date_field(*date).value_or(filed);
    }
    x400::set_precedence(envelope, level);
    envelope.trace.push_back({settings_.domain, filed, x400::TraceAction::relayed, {}, {}, {}, 0});
  }

  const acp127::Message& in_;
  std::string_view own_;
  const Settings& settings_;
  Time now_;
  const std::vector<std::string>& deliver_to_;
  acp127::StructuredText text_;
  HeaderLines exact_;
  x400::Message message_;
  x400::Ipm ipm_;
  std::vector<std::string> notes_;
};

}  // namespace

Result<ApduItem> from_acp127(const acp127::Message& message, std::string_view own_indicator, std::string mts_local_id,
                             Time now, const Settings& settings, const std::vector<std::string>& deliver_to) {
  return Reader(message, own_indicator, settings, now, deliver_to).run(std::move(mts_local_id));
}

}  // namespace longwire::gateway
