// The one table of header fields and what they are in a heading, both ways (RFC 2156 5.1.3, 5.3.4; RFC 6477 6;
// RFC 7912 5). docs/gateway.md shows it.
#pragma once

#include "annexe/gateway/gateway.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

// A heading being read from header fields.
struct HeadingReader {
  HeadingReader(const Settings& s, bool is_military, std::vector<std::string>& n)
      : settings(s), military(is_military), notes(n) {}

  x400::Heading heading;
  const Settings& settings;
  bool military;
  std::vector<std::string>& notes;
  // The field just read did not go over whole: it is kept in the field list too, and used on the way back as long
  // as it still says what the heading says.
  bool lossy = false;
  // These three make originator and authorizing-users together: finish().
  std::vector<x400::OrDescriptor> from, sender, authorizing_users;
  bool authorizing_field = false;
  bool notify_requested = false;

  void finish();
};

struct HeadingWriter {
  const x400::Heading& heading;
  const Settings& settings;
};

struct FieldRow {
  std::string_view name;
  // value: unfolded, trimmed. False: not what the field's grammar says; it is kept unread.
  bool (*read)(HeadingReader& in, std::string_view value);
  // The values to write, one a field.
  std::vector<std::string> (*write)(const HeadingWriter& out);
  // RFC 6477 and 7912: makes the message a military one, may stand once, and bad values are errors.
  bool mmhs = false;
  bool once = true;  // a second one is not merged but kept unread
};

std::span<const FieldRow> heading_rows();
std::span<const FieldRow> mmhs_rows();
const FieldRow* find_row(std::string_view name);

// Older names that are read (RFC 2156 5.3.4): "Obsoletes" is Supersedes, "Expiry-Date" is Expires.
std::string_view modern_name(std::string_view name);

// Address lists, for both parts of the table.
bool read_descriptors(HeadingReader& in, std::string_view value, std::vector<x400::OrDescriptor>& out);
std::string write_descriptors(const std::vector<x400::OrDescriptor>& list, const Settings& settings);

}  // namespace longwire::gateway
