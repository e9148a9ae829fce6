// The table of docs/gateway.md and the message each of its rows is tried on.
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "annexe/x400/p1_json.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"
#include "mail/parameters.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace longwire::gateway::test::table {

struct Row {
  std::string field;    // "Subject", or "MAIL RET", "RCPT NOTIFY"
  std::string example;  // its value
  std::string x400, back, acp127, dmp;
};
inline void PrintTo(const Row& row, std::ostream* out) { *out << row.field << ": " << row.example; }

// "`text`" without its quotes; nullopt: words that are no code.
inline std::optional<std::string> code(std::string_view cell) {
  if (cell.size() < 2 || !cell.starts_with('`') || !cell.ends_with('`')) return std::nullopt;
  return std::string(cell.substr(1, cell.size() - 2));
}

inline std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '`') quoted = !quoted;
    if (line[i] == '|' && !quoted) {
      out.emplace_back(trim(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return out;
}

// The lines of the table between "<!-- name -->" and "<!-- /name -->" of the document, without its head.
inline std::vector<std::string> lines_between(const std::string& name) {
  std::ifstream file(LONGWIRE_VECTORS "/../../docs/gateway.md");
  EXPECT_TRUE(file) << "docs/gateway.md";
  std::vector<std::string> out;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "<!-- /" + name + " -->") inside = false;
    if (inside && !line.empty()) out.push_back(line);
    if (line == "<!-- " + name + " -->") inside = true;
  }
  EXPECT_GT(out.size(), 2u) << name;
  if (out.size() > 2) out.erase(out.begin(), out.begin() + 2);
  return out;
}

// Anything that is not six cells, or an example that is no code, fails.
inline std::vector<Row> rows() {
  std::vector<Row> out;
  for (const auto& line : lines_between("fields")) {
    const auto all = cells(line);
    const auto example = all.size() == 6 ? code(all[1]) : std::nullopt;
    EXPECT_TRUE(example) << "a row without a check: " << line;
    if (example) out.push_back({all[0], *example, all[2], all[3], all[4], all[5]});
  }
  return out;
}

inline Settings settings() {
  AddressMapConfig config;
  config.domain = "ship.example";
  config.or_address = x400::parse_or_name("/O=SHIP/PRMD=NO/ADMD=TAC/C=NO/").value();
  config.domains.push_back({"hqn.example", x400::parse_or_name("/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/").value()});
  const auto user = [&config](const char* address, const char* plad, const char* indicator, std::uint32_t dmp) {
    UserEntry entry;
    entry.address = address;
    entry.plad = plad;
    entry.routing_indicator = indicator;
    entry.dmp = dmp;
    config.users.push_back(entry);
  };
  user("ops@ship.example", "HNOMS SHIP", "RFLSVA", 3);
  user("nansen@hqn.example", "HNOMS NANSEN", "RFLSVH", 17);
  user("log@hqn.example", "NORCOMM LOG", "RCCPJQ", 18);
  Settings out{.addresses = AddressMap(std::move(config)),
               .domain = {"NO", "TAC", "NO"},
               .mta_name = "SHIP",
               .host = "gw.ship.example",
               .policies = {}};
  out.policies["1.3.26.1.3.1"] = "NATO";
  return out;
}

inline Time noon() { return from_unix(1795262400); }  // Sat, 21 Nov 2026 12:00:00

struct Input {
  mail::Envelope envelope;
  std::string message;
};

// A plain military message, with the row's field in place of its own.
inline Input input(const Row& row) {
  const std::vector<std::pair<std::string, std::string>> base{
      {"From", "ops@ship.example"},
      {"To", "nansen@hqn.example"},
      {"Cc", "log@hqn.example"},
      {"Date", "Sat, 21 Nov 2026 11:55:00 +0000"},
      {"Message-ID", "<042.base@ship.example>"},
      {"Subject", "SITREP"},
      {"MMHS-Primary-Precedence", "2 (priority)"},
      {"MMHS-Copy-Precedence", "1 (routine)"},
      {"MMHS-Extended-Authorisation-Info", "Sat, 21 Nov 2026 11:55:00 +0000"}};
  Input out;
  std::string mail = "<ops@ship.example>";
  std::string rcpt = "<nansen@hqn.example>";
  const auto dsn_only = row.field.starts_with("RCPT ");
  if (row.field.starts_with("MAIL ")) mail += " " + row.field.substr(5) + "=" + row.example;
  else if (dsn_only) rcpt += " " + row.field.substr(5) + "=" + row.example;
  else out.message += row.field + ": " + row.example + "\r\n";
  for (const auto& [name, value] : base)
    if (!iequals(name, row.field)) out.message += name + ": " + value + "\r\n";
  out.message += "\r\nSHIPS IN COMPANY PROCEED AS PLANNED.\r\n";
  auto envelope = mail::parse_mail_arguments(mail);
  auto recipient = mail::parse_rcpt_arguments(rcpt);
  EXPECT_TRUE(envelope && recipient) << mail << ' ' << rcpt;
  if (!envelope || !recipient) return out;
  out.envelope = *std::move(envelope);
  out.envelope.recipients.push_back(*std::move(recipient));
  auto log = mail::parse_rcpt_arguments("<log@hqn.example>").value();
  out.envelope.recipients.push_back(std::move(log));
  return out;
}

inline x400::Message to_p1(const Input& in, std::vector<std::string>* notes = nullptr) {
  ToX400 to{in.envelope, {1, 2}, as_bytes(in.message), "7F3A", noon(), std::nullopt};
  if (in.envelope.by && in.envelope.by->return_if_late)
    to.latest_delivery = noon() + std::chrono::seconds(in.envelope.by->seconds);
  auto item = to_x400(to, settings());
  EXPECT_TRUE(item) << item.error().name << ' ' << item.error().text;
  if (!item) return {};
  if (notes != nullptr) *notes = item->notes;
  // Through the octets that go on the air.
  const auto again = x400::decode_p1(x400::encode_p1(item->apdu));
  EXPECT_TRUE(again) << again.error().name;
  return again ? std::get<x400::Message>(*again) : x400::Message{};
}

// The value at "a.b.0.c" as text; "" when there is none.
inline std::string lookup(boost::json::value root, std::string_view path) {
  const auto* at = &root;
  while (!path.empty()) {
    const auto step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    if (const auto* object = at->if_object()) {
      at = object->if_contains(step);
    } else if (const auto* list = at->if_array()) {
      const auto index = parse_unsigned(step);
      at = index && *index < list->size() ? &list->at(static_cast<std::size_t>(*index)) : nullptr;
    } else {
      at = nullptr;
    }
    if (at == nullptr) return "";
  }
  return at->is_string() ? std::string(at->as_string()) : boost::json::serialize(*at);
}

// Short names of the document for the places it speaks of.
inline std::string full_path(std::string_view path) {
  const std::vector<std::pair<std::string_view, std::string>> places{{"p1.", "message."},
                                                                     {"ext.", "message.ipms.mm.heading.extensions."},
                                                                     {"heading.", "message.ipms.mm.heading."},
                                                                     {"body.", "message.ipms.mm.body."}};
  for (const auto& [shorter, longer] : places)
    if (path.starts_with(shorter)) return longer + std::string(path.substr(shorter.size()));
  ADD_FAILURE() << "no place: " << path;
  return {};
}

// All values of that header field, unfolded, runs of white space as one space.
inline std::vector<std::string> values(ByteView message, std::string_view name) {
  std::vector<std::string> out;
  const mail::HeaderView header(message);
  for (const auto& f : header.fields()) {
    if (!iequals(trim(f.name), name)) continue;
    std::string text;
    for (const char c : mail::unfold(f.raw_value))
      if (c != ' ' && c != '\t') text += c;
      else if (!text.empty() && text.back() != ' ') text += ' ';
    out.emplace_back(trim(text));
  }
  return out;
}

// What the mail that came back says where the row's field was said: one value, or "" for none.
inline std::string said_back(const Row& row, const MailItem& item) {
  const auto parameter = [&row](const std::string& arguments) {
    const auto name = " " + row.field.substr(5) + "=";
    const auto at = (arguments + " ").find(name);
    if (at == std::string::npos) return std::string{};
    const auto start = at + name.size();
    return arguments.substr(start, (arguments + " ").find(' ', start) - start);
  };
  if (row.field.starts_with("MAIL "))
    return parameter(mail::format_mail_arguments(item.envelope, mail::Extensions::mule()));
  if (row.field.starts_with("RCPT "))
    return item.envelope.recipients.empty()
               ? std::string{}
               : parameter(mail::format_rcpt_arguments(item.envelope.recipients[0], mail::Extensions::mule()));
  const auto found = values(item.message, row.field);
  std::string out;
  for (const auto& v : found) out += (out.empty() ? "" : " / ") + v;
  return out;
}

}  // namespace longwire::gateway::test::table
