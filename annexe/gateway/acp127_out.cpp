// X.400 to ACP 127 (stanag4406.md 7.2). The format lines are filled first; then whatever they and the usual lines of
// a text do not give back gets a line of its own in FL12.
#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/date_time_group.hpp"
#include "annexe/gateway/acp127.hpp"
#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/envelopes.hpp"
#include "annexe/gateway/heading_text.hpp"
#include "annexe/gateway/labels.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/x400/body_parts.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using acp127::Addressee;
using acp127::BodyKind;

bool has_plad(const UserEntry* user) { return user != nullptr && !user->plad.empty(); }

class Writer {
 public:
  Writer(const x400::Message& message, x400::Ipm ipm, const Acp127Station& station, const Settings& settings, Time now,
         std::vector<std::string>& notes)
      : envelope_(message.envelope),
        ipm_(std::move(ipm)),
        station_(station),
        settings_(settings),
        now_(now),
        notes_(notes) {}

  Result<acp127::Message> run() {
    heading();
    if (auto e = addressees()) return *std::move(e);
    label();
    military_lines();
    if (auto e = body()) return *std::move(e);
    if (station_.exact) exact_lines();
    else plain_text();
    out_.text = acp127::write_structured(text_, station_.style);
    return std::move(out_);
  }

 private:
  void heading() {
    const auto& mmhs = ipm_.heading.mmhs;
    out_.channel = station_.channel;
    out_.precedence = x400::precedence_of(envelope_);
    out_.station = station_.routing_indicator;
    out_.serial = out_.validation = station_.serial;
    out_.filing_time = acp127::format_filing_time(now_);
    const auto primary = mmhs.primary_precedence ? mmhs.primary_precedence : mmhs.copy_precedence;
    out_.action = primary ? from_mmhs(*primary) : out_.precedence;
    if (mmhs.copy_precedence && from_mmhs(*mmhs.copy_precedence) != out_.action)
      out_.info = from_mmhs(*mmhs.copy_precedence);
    const auto submitted = envelope_.trace.empty() ? now_ : envelope_.trace.front().arrival;
    const auto minute = std::chrono::floor<std::chrono::minutes>(mmhs.authorisation_time.value_or(submitted));
    out_.date_time = Time{minute.time_since_epoch()};
    out_.dtg = acp127::format_dtg(*out_.date_time);
    if (mmhs.codress) out_.groups = static_cast<int>(std::clamp<std::int64_t>(*mmhs.codress, 0, 9999));
    else out_.groups_not_counted = true;
  }

  // --- addressees -------------------------------------------------------------------------------------

  const UserEntry* user_of(const x400::OrDescriptor& d) const {
    return d.formal ? settings_.addresses.by_address(settings_.addresses.to_rfc822(*d.formal)) : nullptr;
  }

  // The PLAD of a descriptor for the eyes of operators; nullopt: only the lines of the text can name it.
  std::optional<std::string> plad_of(const x400::OrDescriptor& d) const {
    if (const auto* user = user_of(d); has_plad(user)) return user->plad;
    return d.formal ? plad_of_address(*d.formal) : std::nullopt;
  }

  struct Served {
    const UserEntry* user;
    bool listed = false;
  };

  std::optional<Error> addressees() {
    std::string unknown;
    for (const auto& r : envelope_.recipients) {
      if (!r.responsibility) continue;
      const auto address = settings_.addresses.to_rfc822(r.name);
      const auto* user = settings_.addresses.by_address(address);
      if (has_plad(user) && acp127::is_routing_indicator(user->routing_indicator)) served_.push_back({user});
      else unknown += (unknown.empty() ? "" : ", ") + address;
    }
    if (!unknown.empty())
      return error("unknown_addressee", 0, "no PLAD with a routing indicator in the table of users: " + unknown);
    for (const auto& s : served_)
      if (std::find(out_.routing.begin(), out_.routing.end(), s.user->routing_indicator) == out_.routing.end())
        out_.routing.push_back(s.user->routing_indicator);
    put_recipients(ipm_.heading.primary, out_.to);
    put_recipients(ipm_.heading.copy, out_.info_to);
    if (auto e = put_unlisted()) return e;
    put_others();
    for (const auto& d : ipm_.heading.mmhs.exempted)
      if (const auto plad = plad_of(d)) out_.exempted.push_back({"", *plad});
    put_originator();
    return std::nullopt;
  }

  void put_recipients(const std::vector<x400::RecipientSpecifier>& from, std::vector<Addressee>& to) {
    for (const auto& r : from) {
      const auto* user = user_of(r.recipient);
      const auto at =
          std::find_if(served_.begin(), served_.end(), [user](const Served& s) { return s.user == user && user; });
      const bool first = at != served_.end() && !at->listed;
      if (first) {
        at->listed = true;
        to.push_back({user->routing_indicator, user->plad});
      } else if (const auto plad = plad_of(r.recipient)) {
        to.push_back({"", *plad});
      }
    }
  }

  // ACP 127 has no blind copies: who must get the message stands in it. So each gets one of its own, where nobody but
  // itself and the stations on the way learns of it. Our reader leaves it out of the header.
  std::optional<Error> put_unlisted() {
    const auto blind = std::count_if(served_.begin(), served_.end(), [](const auto& s) { return !s.listed; });
    if (blind > 0 && served_.size() > 1) return error("blind_recipient", 0, "a blind copy needs a message of its own");
    std::string names;
    for (auto& s : served_) {
      if (s.listed) continue;
      s.listed = true;
      out_.info_to.push_back({s.user->routing_indicator, s.user->plad});
      names += (names.empty() ? "" : ", ") + s.user->plad;
    }
    if (names.empty()) return std::nullopt;
    if (station_.exact) text_.fields.push_back({std::string(keyword::unlisted), names});
    else notes_.push_back("a blind copy is named as information addressee of its own message: " + names);
    return std::nullopt;
  }

  void put_others() {
    for (const auto& o : ipm_.heading.mmhs.other_recipients)
      (o.type == 0 ? out_.to : out_.info_to).push_back({"", acp127::to_circuit(o.designator)});
  }

  void put_originator() {
    const auto& heading = ipm_.heading;
    out_.from.plad = heading.mmhs.originator_plad;
    const x400::OrDescriptor sender =
        heading.originator ? *heading.originator : x400::OrDescriptor{envelope_.originator, {}, {}};
    if (out_.from.plad.empty()) out_.from.plad = plad_of(sender).value_or("");
    // A name for people, where the table has none: "OPS(A)SHIP.EXAMPLE".
    if (out_.from.plad.empty())
      out_.from.plad = sender.formal ? settings_.addresses.to_rfc822(*sender.formal) : sender.free_form;
    out_.from.plad = acp127::join(acp127::words(acp127::to_circuit(out_.from.plad)), " ");
  }

  // --- label ------------------------------------------------------------------------------------------

  void label() {
    const auto* e = find_extension(envelope_.extensions, x400::ext_message_security_label);
    if (e == nullptr) return;
    const auto read = decode_label(e->value);
    if (!read) {
      notes_.push_back("the security label cannot be read (" + std::string(read.error().name) + ")");
      return;
    }
    label_ = *read;
    out_.classification = acp127_letters(read->classification.value_or(0));
    text_.classification = acp127::to_circuit(marking_of(*read, settings_));
    std::replace(text_.classification.begin(), text_.classification.end(), ':', ' ');
    const auto words = acp127::words(text_.classification);
    if (words.empty()) text_.classification = "UNMARKED";  // nothing, blanks, colons
    // A marking that begins like a line of the text must not be read as one.
    constexpr std::array<std::string_view, 5> taken{"SIC", "EXERCISE", "OPERATION", "PROJECT", "DRILL"};
    if (!words.empty() && std::find(taken.begin(), taken.end(), words.front()) != taken.end())
      text_.classification.insert(0, "LABEL ");
    text_.classification.resize(std::min(text_.classification.size(), station_.style.line));
  }

  // --- MMHS fields ------------------------------------------------------------------------------------

  // Lines that come back as they went; if one of a field does not, FL12 has the whole field.
  void military_lines() {
    const auto& mmhs = ipm_.heading.mmhs;
    out_.instructions = circuit_lines(mmhs.handling);
    out_.signals = circuit_lines(mmhs.instructions);
    const auto simple = [](const std::string& sic) {
      return std::all_of(sic.begin(), sic.end(),
                         [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
    };
    if (!mmhs.sics.empty() && std::all_of(mmhs.sics.begin(), mmhs.sics.end(), simple))
      text_.fields.push_back({"SIC", acp127::join(mmhs.sics, "/")});
    constexpr std::array<std::string_view, 4> words{"EXERCISE", "OPERATION", "PROJECT", "DRILL"};
    if (const auto& type = mmhs.message_type; type && type->type >= 0 && type->type < 4 && !type->identifier.empty() &&
                                              acp127::is_circuit_text(type->identifier))
      text_.fields.push_back({std::string(words.at(static_cast<std::size_t>(type->type))), type->identifier});
    const auto attempt = acp127::parse(acp127::format(out_, station_.style));
    if (attempt && attempt->instructions == out_.instructions && attempt->signals == out_.signals) return;
    out_.instructions.clear();
    out_.signals.clear();
  }

  static std::vector<std::string> circuit_lines(const std::vector<std::string>& items) {
    const bool good = std::all_of(items.begin(), items.end(), acp127::is_circuit_text);
    return good ? items : std::vector<std::string>{};
  }

  // --- body -------------------------------------------------------------------------------------------

  std::optional<Error> body() {
    auto parts = ipm_.body;
    if (const auto lines = corrections_of(parts)) out_.corrections = *lines;
    if (parts.empty() && ipm_.body.size() == parts.size()) {
      text_.kind = BodyKind::text;
      return std::nullopt;
    }
    if (parts.size() == 1) {
      if (const auto* ia5 = std::get_if<x400::body::Ia5>(&parts[0])) {
        text_.kind = BodyKind::text;
        text_.body = ia5->text;
        return std::nullopt;
      }
      if (const auto* extended = std::get_if<x400::body::Extended>(&parts[0]))
        if (auto data = x400::body::read_acp127_data(*extended)) {
          text_.kind = BodyKind::data;
          text_.body = std::move(data->text);
          return std::nullopt;
        }
    }
    out_.corrections.clear();
    const HeaderOf forwarded = [this](const x400::Heading& h, std::vector<std::string>& notes) {
      return to_header(h, settings_, Scope::forwarded, notes);
    };
    auto mime = to_mime(ipm_, x400::to_string(envelope_.id), forwarded, notes_);
    if (!mime) return mime.error();
    text_.kind = BodyKind::mime;
    text_.body = mime->header + "\r\n" + std::string(as_text(mime->body));
    return std::nullopt;
  }

  // A corrections part at the end whose lines FL15 gives back; it is taken out of `parts`.
  std::optional<std::vector<std::string>> corrections_of(std::vector<x400::BodyPart>& parts) const {
    const auto* last = parts.size() > 1 ? std::get_if<x400::body::Extended>(&parts.back()) : nullptr;
    if (last == nullptr) return std::nullopt;
    const auto read = x400::body::read_corrections(*last);
    if (!read || read->parameters != 0) return std::nullopt;
    std::vector<std::string> lines;
    std::string_view rest = read->text;
    while (!rest.empty()) {
      const auto end = rest.find("\r\n");
      const std::string line(rest.substr(0, end));
      const bool same = end != std::string_view::npos && !line.empty() && acp127::is_circuit_text(line) &&
                        acp127::join(acp127::words(line), " ") == line;
      if (!same) return std::nullopt;
      lines.push_back(line);
      rest.remove_prefix(end + 2);
    }
    parts.pop_back();
    return lines;
  }

  // --- what the lines do not give back ------------------------------------------------------------------

  void exact_lines() {
    const auto written = fields();
    const auto given_back = read_back();
    std::vector<std::string> done;
    for (const auto& line : written) {
      const auto seen = [&](const std::string& name) { return iequals(name, line.name); };
      if (std::any_of(done.begin(), done.end(), seen)) continue;
      done.push_back(line.name);
      const auto values = values_of(written, line.name);
      if (values == values_of(given_back, line.name)) continue;
      for (const auto& value : values) put(to_text_fields({line.name, value}));
    }
    // Addressees of the lines that the heading has not: copies to people no field names.
    for (const auto* name : {"To", "Cc", "MMHS-Exempted-Address", "MMHS-Other-Recipients-Indicator-To",
                             "MMHS-Other-Recipients-Indicator-CC"})
      if (values_of(written, name).empty() && !values_of(given_back, name).empty()) put(to_text_fields({name, ""}));
    envelope_lines();
  }

  void put(std::vector<acp127::TextField> lines) {
    text_.fields.insert(text_.fields.end(), lines.begin(), lines.end());
  }

  // The heading as header fields. What the envelope knows but no heading field holds rides along with it.
  HeaderLines fields() {
    auto heading = ipm_.heading;
    HeaderLines kept;
    for (const auto* name : {"SIO-Label", "MT-Priority"})
      if (auto value = take_kept(heading, name); !value.empty()) kept.push_back({name, std::move(value)});
    auto out = header_lines(to_header(heading, settings_, notes_));
    out.insert(out.end(), kept.begin(), kept.end());
    return out;
  }

  // What the other side makes of the lines so far, written by the same writer.
  HeaderLines read_back() const {
    auto sent = out_;
    sent.text = acp127::write_structured(text_, station_.style);
    const auto received = acp127::parse(acp127::format(sent, station_.style));
    if (!received) return {};
    const auto text = acp127::read_structured(received->text);
    if (!text) return {};
    const auto header = header_text(fields_of_lines(*received, *text, settings_)) + "\r\n";
    std::vector<std::string> unused;
    const auto heading = to_heading(mail::HeaderView(as_bytes(header)), settings_, unused);
    return heading ? header_lines(to_header(*heading, settings_, unused)) : HeaderLines{};
  }

  void envelope_lines() {
    const auto put_line = [this](std::string_view word, std::string value) {
      text_.fields.push_back({std::string(word), std::move(value)});
    };
    if (!envelope_.trace.empty() && envelope_.trace.front().arrival != out_.date_time)
      put_line(keyword::date, acp127::to_upper(format_rfc5322(envelope_.trace.front().arrival)));
    const auto level = x400::precedence_of(envelope_);
    const auto crossed = acp127::from_prosign(acp127::prosign(level, station_.style.override_as_y));
    if (crossed != level) put_line(keyword::grade, acp127::to_upper(to_string(level)));
    if (label_) {
      SecurityLabel simple;
      simple.classification = from_acp127_letters(out_.classification);
      if (*label_ != simple) put_line(keyword::label, acp127::to_upper(to_hex(encode_label(*label_))));
    }
    const auto sender = settings_.addresses.to_rfc822(envelope_.originator);
    const auto& from = ipm_.heading.originator;
    const bool same = from && from->formal && iequals(settings_.addresses.to_rfc822(*from->formal), sender);
    if (!same) put_line(keyword::return_path, sender);
  }

  // For stations that know only ACP 127: the text in circuit characters, the subject above it, the rest is told.
  void plain_text() {
    if (!ipm_.heading.subject.empty()) text_.fields.push_back({"SUBJ", acp127::to_circuit(ipm_.heading.subject)});
    std::string flat;
    for (const char c : text_.body)
      if (c != '\r') flat += c;
    text_.kind = BodyKind::foreign;
    text_.body = flat;
    const auto written = fields();
    const auto given_back = read_back();
    for (const auto& line : written)
      if (values_of(written, line.name) != values_of(given_back, line.name))
        notes_.push_back("no line of ACP 127 holds all of " + line.name);
  }

  const x400::MessageEnvelope& envelope_;
  const x400::Ipm ipm_;
  const Acp127Station& station_;
  const Settings& settings_;
  Time now_;
  std::vector<std::string>& notes_;
  acp127::Message out_;
  acp127::StructuredText text_;
  std::vector<Served> served_;
  std::optional<SecurityLabel> label_;
};

}  // namespace

Result<acp127::Message> to_acp127(const x400::Message& message, const Acp127Station& station, const Settings& settings,
                                  Time now, std::vector<std::string>& notes) {
  if (const auto* critical = unmappable_critical(message.envelope))
    return error("critical_extension", 0,
                 "extension " + name_of(*critical) + " is critical and has no form in ACP 127");
  const auto& type = message.envelope.content_type;
  const bool ipms = type.oid == x400::content_p772_oid ||
                    (type.oid.empty() && (type.number == x400::content_p2 || type.number == x400::content_p22));
  if (!ipms) return error("not_for_acp127", 0, "content of another type than P2, P22 or P772");
  auto content = x400::decode_p772(message.content);
  if (!content) return content.error();
  auto* ipm = std::get_if<x400::Ipm>(&*content);
  if (ipm == nullptr) return error("not_for_acp127", 0, "a notification has no form in ACP 127");
  return Writer(message, std::move(*ipm), station, settings, now, notes).run();
}

}  // namespace longwire::gateway
