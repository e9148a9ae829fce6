#include "annexe/acp127/acp127_json.hpp"

#include "annexe/acp127/text_fields.hpp"
#include "base/text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace longwire::acp127 {

namespace json = boost::json;

namespace {

void put(json::object& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}

void put(json::object& out, std::string_view name, const std::vector<std::string>& values) {
  if (!values.empty()) out[name] = json::array(values.begin(), values.end());
}

json::object to_json(const Addressee& a) {
  json::object out;
  put(out, "routing_indicator", a.routing_indicator);
  put(out, "plad", a.plad);
  return out;
}

void put(json::object& out, std::string_view name, const std::vector<Addressee>& all) {
  if (all.empty()) return;
  json::array list;
  for (const auto& a : all) list.push_back(to_json(a));
  out[name] = std::move(list);
}

// JSON is UTF-8; a body may hold any octets.
void put_octets(json::object& out, std::string_view name, const std::string& octets) {
  const bool ascii =
      std::all_of(octets.begin(), octets.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80U) == 0; });
  if (ascii) out[name] = octets;
  else out[std::string(name) + "_hex"] = to_hex(as_bytes(octets));
}

const char* name(BodyKind kind) {
  switch (kind) {
    case BodyKind::foreign:
      return "foreign";
    case BodyKind::text:
      return "text";
    case BodyKind::mime:
      return "mime";
    case BodyKind::data:
      return "data";
  }
  return "";
}

json::object structure(const std::string& text) {
  const auto read = read_structured(text);
  if (!read) return {{"error", read.error().name}, {"offset", read.error().offset}, {"text", read.error().text}};
  json::object out{{"kind", name(read->kind)}};
  put(out, "classification", read->classification);
  json::array fields;
  for (const auto& f : read->fields) {
    json::object field{{"keyword", f.keyword}};
    put_octets(field, "value", f.value);
    fields.push_back(std::move(field));
  }
  out["fields"] = std::move(fields);
  if (read->kind != BodyKind::foreign) put_octets(out, "body", read->body);
  return out;
}

}  // namespace

json::object to_json(const Message& m) {
  json::object out;
  put(out, "channel", m.channel);
  put(out, "pilots", m.pilots);
  out["precedence"] = to_string(m.precedence);
  put(out, "routing", m.routing);
  put(out, "station", m.station);
  put(out, "serial", m.serial);
  put(out, "filing_time", m.filing_time);
  put(out, "classification", m.classification);
  put(out, "security_suffix", m.security_suffix);
  put(out, "instructions", m.instructions);
  out["action"] = to_string(m.action);
  if (m.info) out["info"] = to_string(*m.info);
  put(out, "dtg", m.dtg);
  if (m.date_time) out["date_time"] = format_utc(*m.date_time);
  put(out, "signals", m.signals);
  if (m.from != Addressee{}) out["from"] = to_json(m.from);
  put(out, "to", m.to);
  put(out, "info_to", m.info_to);
  put(out, "exempted", m.exempted);
  put(out, "accounting", m.accounting);
  if (m.groups) out["groups"] = *m.groups;
  if (m.groups_not_counted) out["groups_not_counted"] = true;
  if (m.section) out["section"] = {{"number", m.section->number}, {"of", m.section->of}};
  out["text"] = m.text;
  out["structured"] = structure(m.text);
  put(out, "corrections", m.corrections);
  put(out, "validation", m.validation);
  return out;
}

}  // namespace longwire::acp127
