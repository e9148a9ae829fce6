#include "annexe/gateway/headings.hpp"

#include "annexe/gateway/heading_fields.hpp"
#include "annexe/gateway/heading_text.hpp"
#include "annexe/gateway/residue.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/clean.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace longwire::gateway {

namespace {

using x400::Heading;

struct InputField {
  std::string name;
  std::string value;  // unfolded, trimmed
  std::size_t offset = 0;
};

struct ReadHeading {
  Heading heading;
  std::vector<bool> keep;  // the field of that index rides in the field list too
};

// Fields that make one thing of the heading together are kept, and put back, together.
int group_of(std::string_view name) {
  if (iequals(name, "From") || iequals(name, "Sender") || iequals(name, "MMHS-Authorizing-Users")) return 1;
  if (iequals(name, "In-Reply-To") || iequals(name, "References")) return 2;
  return 0;
}
// The same for fields that are kept together.
std::string group_key(std::string_view name) {
  const auto group = group_of(name);
  return group != 0 ? std::to_string(group) : to_lower(modern_name(name));
}

// RFC 7912 leaves From and Sender in different places each way: a military message with both is kept as it was.
bool originators_differ(const HeadingReader& in) {
  return in.military ? !in.sender.empty() || in.from.size() > 1 : in.from.size() > 1 && in.sender.empty();
}

Result<ReadHeading> read_fields(const std::vector<InputField>& fields, const Settings& settings, bool military,
                                std::vector<std::string>& notes) {
  HeadingReader in(settings, military, notes);
  ReadHeading out;
  out.keep.resize(fields.size());
  std::set<const FieldRow*> seen;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& field = fields[i];
    const auto* row = find_row(field.name);
    const bool first = row != nullptr && seen.insert(row).second;
    if (row != nullptr && row->mmhs && !first)
      return error("duplicate_mmhs_field", field.offset, field.name + " stands twice");
    in.lossy = false;
    const bool done = row != nullptr && (first || !row->once) && row->read(in, field.value);
    if (row != nullptr && row->mmhs && !done)
      return error("bad_mmhs_field", field.offset, "bad value of " + std::string(row->name));
    if (row != nullptr && !done) notes.push_back("not understood, kept as it is: " + mail::clean_text(field.name));
    out.keep[i] = !done || in.lossy;
  }
  in.finish();
  std::set<std::string> kept;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if ((out.keep[i] && find_row(fields[i].name) != nullptr) ||
        (originators_differ(in) && group_of(fields[i].name) == 1))
      kept.insert(group_key(fields[i].name));
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (kept.count(group_key(fields[i].name)) != 0) out.keep[i] = true;
  out.heading = std::move(in.heading);
  return out;
}

std::vector<InputField> write_fields(const Heading& heading, const Settings& settings) {
  std::vector<InputField> out;
  const HeadingWriter writer{heading, settings};
  for (const auto rows : {heading_rows(), mmhs_rows()})
    for (const auto& row : rows)
      for (auto& value : row.write(writer)) out.push_back({std::string(row.name), std::move(value), 0});
  return out;
}

std::optional<Heading> read_back(const std::vector<InputField>& fields, const Settings& settings, bool military) {
  std::vector<std::string> unused;
  auto read = read_fields(fields, settings, military, unused);
  return read ? std::optional(std::move(read->heading)) : std::nullopt;
}

// No more of them than a header may have.
std::vector<KeptField> kept_fields(const Heading& heading, std::vector<std::string>& notes) {
  std::vector<KeptField> out;
  for (const auto& e : heading.extensions) {
    if (e.oid != field_list_oid) continue;
    auto list = decode_field_list(e.value, notes);
    if (!list) {
      notes.push_back("discarded: rfc-822-field-list that cannot be read (" + std::string(list.error().name) + ')');
      continue;
    }
    out.insert(out.end(), list->begin(), list->end());
  }
  if (out.size() > limits::header_fields) {
    notes.push_back("discarded from rfc-822-field-list: " + std::to_string(out.size() - limits::header_fields) +
                    " fields, it has more than " + std::to_string(limits::header_fields));
    out.resize(limits::header_fields);
  }
  return out;
}

// --- mail to X.400 -------------------------------------------------------------------------------------

bool names_only(std::string_view value, std::string_view address) {
  const auto list = mail::parse_address_list(value);
  return list && list->size() == 1 && iequals(list->front().address, address);
}

// The residue of an earlier conversion, as far as it still agrees with the fields.
Heading restored(Heading heading, const std::vector<std::string>& residues, const Settings& settings, bool military,
                 std::vector<std::string>& notes) {
  for (const auto& text : residues) {
    const auto residue = decode_residue(text);
    if (!residue) {
      notes.push_back("discarded: " + std::string(residue_field) + " that is no X.400 heading");
      continue;
    }
    auto whole = with_residue(heading, *residue);
    const auto back = read_back(write_fields(whole, settings), settings, military);
    if (back && same_heading(*back, heading, settings)) {
      heading = std::move(whole);
      continue;
    }
    notes.push_back("the header was changed since it left X.400: of " + std::string(residue_field) +
                    " only extensions are used");
    heading = with_extensions(std::move(heading), *residue);
  }
  return heading;
}

constexpr std::array<std::string_view, 24> envelope_names{"Received",
                                                          "Return-Path",
                                                          "Date",
                                                          "X400-Received",
                                                          "X400-Originator",
                                                          "X400-Recipients",
                                                          "X400-MTS-Identifier",
                                                          "X400-Content-Type",
                                                          "X400-Content-Identifier",
                                                          "Priority",
                                                          "MT-Priority",
                                                          "Original-Encoded-Information-Types",
                                                          "Originator-Return-Address",
                                                          "DL-Expansion-History",
                                                          "Conversion",
                                                          "Conversion-With-Loss",
                                                          "Delivery-Date",
                                                          "Discarded-X400-MTS-Extensions",
                                                          "Deferred-Delivery",
                                                          "Latest-Delivery-Time",
                                                          "Message-Type",
                                                          "Discarded-X400-IPMS-Extensions",
                                                          "SIO-Label",
                                                          "X-X400-Extension"};

}  // namespace

bool is_mime_field(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"MIME-Version", "Content-Type",        "Content-Transfer-Encoding",
                                                  "Content-ID",   "Content-Description", "Content-Disposition"};
  return std::any_of(names.begin(), names.end(), [name](auto n) { return iequals(n, name); });
}

bool is_envelope_field(std::string_view name) {
  return std::any_of(envelope_names.begin(), envelope_names.end(), [name](auto n) { return iequals(n, name); });
}

bool is_blind_field(std::string_view name) { return iequals(name, "Bcc") || iequals(name, "Resent-Bcc"); }

bool is_only_for(std::string_view value, const mail::Envelope& envelope) {
  if (trim(value).empty()) return true;
  return envelope.recipients.size() == 1 && names_only(value, envelope.recipients.front().address);
}

bool is_military(const mail::HeaderView& header) {
  return std::any_of(header.fields().begin(), header.fields().end(), [](const auto& field) {
    const auto* row = find_row(field.name);
    return row != nullptr && row->mmhs;
  });
}

Result<Heading> to_heading(const mail::HeaderView& header, const Settings& settings, const HeadingOptions& options,
                           std::vector<std::string>& notes) {
  if (header.fields().size() > limits::header_fields)
    return error("too_many_fields", 0, "the header has more fields than a heading is made of");
  const bool military = options.military || is_military(header);
  std::vector<InputField> fields;
  std::vector<std::string> lines;  // of fields, for the list
  std::vector<std::string> residues;
  for (const auto& field : header.fields()) {
    const bool envelope = is_envelope_field(field.name) && options.scope == Scope::message;
    if (is_mime_field(field.name) || envelope || iequals(field.name, "Discarded-X400-IPMS-Extensions")) continue;
    std::string value(trim(mail::unfold(field.raw_value)));
    if (is_blind_field(field.name) && !value.empty() && !options.with_bcc) {
      notes.push_back(mail::clean_text(field.name) + " not passed on: its addresses are not for these recipients");
      continue;
    }
    if (iequals(field.name, residue_field)) {
      // A gateway writes one; for each the whole heading is made and read again.
      if (residues.empty()) residues.push_back(std::move(value));
      else notes.push_back("discarded: a second " + std::string(residue_field));
      continue;
    }
    if (iequals(field.name, "Disposition-Notification-To") && options.scope == Scope::message &&
        !names_only(value, options.mail_from)) {
      notes.emplace_back("discarded: Disposition-Notification-To is not the sender (RFC 8098 8.3)");
      continue;
    }
    fields.push_back({std::string(field.name), std::move(value), field.offset});
    lines.push_back(ia5_field(field));
  }
  auto read = read_fields(fields, settings, military, notes);
  if (!read) return read.error();
  auto heading = restored(std::move(read->heading), residues, settings, military, notes);
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (read->keep[i]) kept.push_back(std::move(lines[i]));
  keep_lines(heading, kept);
  return heading;
}

void keep_lines(Heading& heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  std::vector<std::string> all;
  std::vector<std::string> unused;
  for (const auto& field : kept_fields(heading, unused)) all.push_back(field.name + ": " + field.value);
  all.insert(all.end(), lines.begin(), lines.end());
  std::erase_if(heading.extensions, [](const auto& e) { return e.oid == field_list_oid; });
  heading.extensions.push_back({std::string(field_list_oid), encode_field_list(all)});
}

std::string take_kept(Heading& heading, std::string_view name) {
  std::vector<std::string> unused;
  auto fields = kept_fields(heading, unused);
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const KeptField& f) { return iequals(f.name, name); });
  if (found == fields.end()) return {};
  auto value = found->value;
  std::erase_if(fields, [name](const KeptField& f) { return iequals(f.name, name); });
  std::erase_if(heading.extensions, [](const auto& e) { return e.oid == field_list_oid; });
  std::vector<std::string> lines;
  for (const auto& field : fields) lines.push_back(field.name + ": " + field.value);
  keep_lines(heading, lines);
  return value;
}

Result<Heading> to_heading(const mail::HeaderView& header, const Settings& settings, std::vector<std::string>& notes) {
  return to_heading(header, settings, HeadingOptions{}, notes);
}

// --- X.400 to mail -------------------------------------------------------------------------------------

namespace {

using Group = std::vector<InputField>;

// A kept field replaces the generated ones of its kind if it says the same; it stands beside them if it says nothing
// (it was not understood on the way in); otherwise it contradicts the heading, which wins. Only the fields of one
// kind are read again for it: they make their part of the heading alone.
bool put_back(Group& generated, const Group& kept, const Settings& settings, bool military) {
  const auto said = read_back(generated, settings, military);
  auto beside = generated;
  beside.insert(beside.end(), kept.begin(), kept.end());
  for (const auto* candidate : {&kept, &std::as_const(beside)}) {
    const auto back = read_back(*candidate, settings, military);
    if (!said || !back || !same_heading(*said, *back, settings)) continue;
    generated = *candidate;
    return true;
  }
  return false;
}

// The generated fields with the kept ones among them.
std::vector<InputField> merge_kept(const std::vector<InputField>& generated, const std::vector<KeptField>& kept,
                                   const Settings& settings, bool military, Scope scope,
                                   std::vector<std::string>& notes) {
  std::map<std::string, Group> groups;
  std::map<std::string, Group> kept_groups;
  std::vector<InputField> rest;
  for (const auto& field : generated) groups[group_key(field.name)].push_back(field);
  for (const auto& field : kept) {
    const bool ours = is_mime_field(field.name) || (scope == Scope::message && is_envelope_field(field.name)) ||
                      iequals(field.name, residue_field);
    if (find_row(field.name) != nullptr) kept_groups[group_key(field.name)].push_back({field.name, field.value, 0});
    else if (!ours) rest.push_back({field.name, field.value, 0});
    else notes.push_back("discarded from rfc-822-field-list: " + mail::clean_text(field.name));
  }
  for (const auto& [key, group] : kept_groups)
    if (!put_back(groups[key], group, settings, military))
      notes.push_back("discarded from rfc-822-field-list, it contradicts the heading: " +
                      mail::clean_text(group.front().name));
  std::vector<InputField> out;
  for (const auto& field : generated) {  // in the order of the table
    auto& group = groups[group_key(field.name)];
    std::move(group.begin(), group.end(), std::back_inserter(out));
    group.clear();
  }
  for (auto& [key, group] : groups) std::move(group.begin(), group.end(), std::back_inserter(out));
  std::move(rest.begin(), rest.end(), std::back_inserter(out));
  return out;
}

std::string join(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

// Base64 has no spaces to fold at.
std::string fold_base64(std::string_view name, std::string_view value) {
  constexpr std::size_t line = 72;
  std::string out(name);
  out += ':';
  for (std::size_t at = 0; at < value.size(); at += line) ((out += at == 0 ? " " : "\r\n ") += value.substr(at, line));
  return out + "\r\n";
}

}  // namespace

std::string to_header(const Heading& heading, const Settings& settings, Scope scope, std::vector<std::string>& notes) {
  const bool military = heading.mmhs.any();
  const auto generated = write_fields(heading, settings);
  const auto residue = residue_of(heading, read_back(generated, settings, military).value_or(Heading{}), settings);
  std::string out;
  for (const auto& field : merge_kept(generated, kept_fields(heading, notes), settings, military, scope, notes))
    out += mail::fold_field(field.name, field.value);
  for (const auto& oid : residue.discarded)
    notes.push_back("heading extension " + oid + " has no header field: kept in " + std::string(residue_field));
  if (!residue.discarded.empty()) out += mail::fold_field("Discarded-X400-IPMS-Extensions", join(residue.discarded));
  if (!residue.value.empty()) out += fold_base64(residue_field, residue.value);
  return out;
}

std::string to_header(const Heading& heading, const Settings& settings, std::vector<std::string>& notes) {
  return to_header(heading, settings, Scope::message, notes);
}

}  // namespace longwire::gateway
