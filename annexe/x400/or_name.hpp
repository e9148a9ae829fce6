// O/R names and the identifiers made of domains (X.411; stanag4406.md 3). Strings are the characters of
// PrintableString, NumericString or IA5String; T.61 and universal variants are kept as raw attributes.
#pragma once

#include "base/ber.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace longwire::x400 {

struct PersonalName {
  std::string surname, given, initials, generation;
  friend bool operator==(const PersonalName&, const PersonalName&) = default;
};

// An extension attribute we have no member for: the value octets (complete BER) stay as they came.
struct RawAttribute {
  int type = 0;
  Bytes value;
  friend bool operator==(const RawAttribute&, const RawAttribute&) = default;
};

// Empty string = absent, except that an ADMD of one space is a value of its own (RFC 2156 4.1).
struct OrName {
  std::string country, admd, prmd, organization;
  std::vector<std::string> units;  // most significant first
  PersonalName person;
  std::string common_name;  // extension attribute 1
  std::string x121, terminal_id, numeric_user_id;
  std::vector<std::pair<std::string, std::string>> domain_defined;  // type, value; at most 4
  std::vector<RawAttribute> extensions;                             // other extension attributes
  Bytes directory_name;                                             // complete BER of the [0] element, empty = absent

  bool empty() const;
  // Case-blind, spaces trimmed and collapsed, as X.400 compares (RFC 2156 4.3.5).
  bool matches(const OrName& other) const;
  friend bool operator==(const OrName&, const OrName&) = default;
};

struct GlobalDomainId {
  std::string country, admd, prmd;
  friend bool operator==(const GlobalDomainId&, const GlobalDomainId&) = default;
};

struct MtsId {
  GlobalDomainId domain;
  std::string local;  // IA5String, 1..32
  friend bool operator==(const MtsId&, const MtsId&) = default;
};

// "[/PRMD=../ADMD=../C=../;local]" as RFC 2156 writes it. Errors: bad_mts_id.
std::string to_string(const MtsId& id);
Result<MtsId> parse_mts_id(std::string_view text);

// doc[index] is the ORName element, whatever its outer tag ([APPLICATION 0] or an implicit context tag).
// Errors: those of ber::Document and of the readers in x400/reader.hpp.
Result<OrName> read_or_name(const ber::Document& doc, std::size_t index);
void write(ber::Writer& out, ber::Tag tag, const OrName& name);
inline constexpr ber::Tag or_name_tag{ber::TagClass::application, 0, true};

Result<GlobalDomainId> read_domain_id(const ber::Document& doc, std::size_t index);
void write(ber::Writer& out, const GlobalDomainId& domain);  // [APPLICATION 3]
Result<MtsId> read_mts_id(const ber::Document& doc, std::size_t index);
void write(ber::Writer& out, ber::Tag tag, const MtsId& id);

// The text form of RFC 2156 4.1 that output uses: "/G=Per/S=Duty/OU=OPS/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/".
std::string to_text(const OrName& name);
// All keys of stanag4406.md 6.1 that are read, "/" or ";" between them. Errors: bad_or_address.
Result<OrName> parse_or_name(std::string_view text);

}  // namespace longwire::x400
