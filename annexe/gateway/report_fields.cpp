#include "annexe/gateway/report_fields.hpp"

#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/headings.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/dsn_format.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

// Values come from far away; no field line gets longer than mail may have.
constexpr std::size_t value_limit = 900;

// stanag4406.md 3.2: built-in encoded information types by bit, named as RFC 2156 3.3.9 names them.
constexpr std::array eit_names{"Undefined", "Telex",    "IA5-Text", "G3-Fax", "TIF0",
                               "Teletex",   "Videotex", "Voice",    "SFD",    "TIF1"};

}  // namespace

void FieldWriter::add(std::string_view name, std::string_view value) {
  if (trim(value).empty()) return;
  out_ += fold_field(name, trim(mail::clean_text(value.substr(0, value_limit))));
}

std::string domain_text(const x400::GlobalDomainId& domain) {
  x400::OrName name;
  name.country = domain.country;
  name.admd = domain.admd;
  name.prmd = domain.prmd;
  return x400::to_text(name);
}

std::string eits_text(const x400::Eits& eits) {
  std::string out;
  const auto add = [&out](std::string_view name) { out += (out.empty() ? "" : ", ") + std::string(name); };
  for (std::size_t bit = 0; bit < eit_names.size(); ++bit)
    if ((eits.builtin & (0x8000U >> bit)) != 0) add(eit_names[bit]);
  for (const auto& oid : eits.extended) add(oid);
  return out;
}

std::string content_type_text(const x400::ContentType& type) {
  if (!type.oid.empty()) return type.oid;
  if (type.number == x400::content_p2) return "P2-1984 (2)";
  if (type.number == x400::content_p22) return "P2-1988 (22)";
  return std::to_string(type.number);
}

std::string trace_text(const x400::TraceElement& element) {
  std::string action = element.action == x400::TraceAction::rerouted ? "Rerouted" : "Relayed";
  if ((element.other_actions & 0x80U) != 0) action = "Redirected";
  if ((element.other_actions & 0x40U) != 0) action = "Expanded";
  return "by " + domain_text(element.domain) + "; " + action + "; " + format_rfc5322(element.arrival);
}

std::string correlator_text(const std::vector<x400::ExtensionField>& extensions) {
  for (const auto& e : extensions) {
    if (e.standard != x400::ext_content_correlator) continue;
    const auto doc = ber::Document::read(e.value);
    const auto text = doc ? doc->octet_string(0) : Result<Bytes>(error("bad_tag"));
    if (text) return std::string(as_text(*text));
  }
  return {};
}

std::string correlated_message_id(const std::vector<x400::ExtensionField>& extensions) {
  const auto text = correlator_text(extensions);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find("\r\n", at), text.size());
    const auto line = std::string_view(text).substr(at, end - at);
    if (line.starts_with(message_id_correlator)) return mail::clean_text(line.substr(message_id_correlator.size()));
    at = end + 2;
  }
  return {};
}

Bytes format_report(std::string header, std::string_view seed, const ReportParts& parts) {
  const bool eight_bit = mail::body_needed(parts.returned) == mail::Body::eight_bit;
  const auto boundary = mail::choose_boundary(seed, {parts.text, parts.status, as_text(parts.returned)});
  header += "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=" + parts.report_type +
            ";\r\n boundary=\"" + boundary + "\"\r\n";
  if (eight_bit) header += "Content-Transfer-Encoding: 8bit\r\n";
  ByteWriter out;
  out.text(header + "\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" + parts.text +
           "\r\n--" + boundary + "\r\nContent-Type: " + parts.status_type + "\r\n\r\n" + parts.status + "\r\n");
  if (!parts.returned_type.empty()) {
    out.text("--" + boundary + "\r\nContent-Type: " + parts.returned_type + "\r\n");
    if (eight_bit) out.text("Content-Transfer-Encoding: 8bit\r\n");
    out.text("\r\n");
    out.bytes(parts.returned);
    out.text("\r\n");
  }
  out.text("--" + boundary + "--\r\n");
  return out.finish();
}

std::optional<FoundReport> find_report(ByteView message, std::string_view report_type, std::string_view status_type) {
  const auto parts = mail::walk_mime(message);
  if (!parts) return std::nullopt;
  FoundReport out;
  out.type = parts->front().content_type;
  if (out.type.type != "multipart/report" || !iequals(out.type.parameter("report-type"), report_type))
    return std::nullopt;
  bool found = false;
  for (const auto& p : *parts) {
    if (p.depth != 2) continue;
    const auto body = message.subspan(p.body, p.end - p.body);
    if (!found && p.content_type.type == status_type) {
      out.status = body;
      found = true;
    } else if (p.content_type.type == "message/rfc822" || p.content_type.type == "text/rfc822-headers") {
      out.returned = body;
      out.whole = p.content_type.type == "message/rfc822";
    }
  }
  return found ? std::optional(out) : std::nullopt;
}

std::optional<TypedAddress> typed_address(const std::optional<std::string>& value) {
  if (!value) return std::nullopt;
  const auto semicolon = value->find(';');
  if (semicolon == std::string::npos) return std::nullopt;
  TypedAddress out{to_lower(trim(std::string_view(*value).substr(0, semicolon))),
                   std::string(trim(std::string_view(*value).substr(semicolon + 1)))};
  if (out.address.starts_with('<') && out.address.ends_with('>'))
    out.address = out.address.substr(1, out.address.size() - 2);
  return out.address.empty() ? std::nullopt : std::optional(std::move(out));
}

x400::OrName or_name_of(const TypedAddress& address, const Settings& settings) {
  if (address.type == "x400")
    if (auto name = x400::parse_or_name(address.address)) return *std::move(name);
  if (auto name = settings.addresses.to_or(address.address)) return *std::move(name);
  return settings.addresses.config().or_address;
}

std::string report_message_id(const x400::MtsId& id, const Settings& settings) {
  std::string left = "x400.";
  for (const char c : id.domain.prmd + id.domain.admd + id.domain.country + '.' + id.local) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       (c == '.' && left.back() != '.');
    left += plain ? c : '_';
  }
  if (left.ends_with('.')) left += '_';
  return "<" + left + "@" + settings.host + ">";
}

Bytes ipm_as_mail(const x400::Ipm& message, const Settings& settings, std::vector<std::string>& notes) {
  const HeaderOf header_of = [&settings](const x400::Heading& heading, std::vector<std::string>& n) {
    return to_header(heading, settings, n);
  };
  auto text = to_header(message.heading, settings, notes);
  auto body = to_mime(message, message.heading.this_id.local, header_of, notes);
  if (!body) {
    notes.push_back("returned message without its body: " + std::string(body.error().name));
    return to_bytes(text + "\r\n");
  }
  Bytes out = to_bytes(text + body->header + "\r\n");
  out.insert(out.end(), body->body.begin(), body->body.end());
  return out;
}

std::optional<Bytes> content_as_mail(ByteView content, const Settings& settings, std::vector<std::string>& notes) {
  const auto decoded = x400::decode_p772(content);
  if (!decoded || !std::holds_alternative<x400::Ipm>(*decoded)) return std::nullopt;
  return ipm_as_mail(std::get<x400::Ipm>(*decoded), settings, notes);
}

}  // namespace longwire::gateway
