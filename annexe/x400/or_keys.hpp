// The keys of the text form of O/R addresses beyond the standard attributes (RFC 2156 4.1.1); internal to
// annexe/x400.
#pragma once

#include "annexe/x400/or_name.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace longwire::x400 {

// Extension attributes of an O/R address by number (X.411).
inline constexpr int attribute_common_name = 1;
inline constexpr int attribute_teletex_common_name = 2;
inline constexpr int attribute_teletex_organization = 3;
inline constexpr int attribute_teletex_person = 4;
inline constexpr int attribute_teletex_units = 5;
inline constexpr int attribute_network_address = 22;
inline constexpr int attribute_terminal_type = 23;

enum class AttributeForm : std::uint8_t {
  printable,  // PrintableString
  choice,     // NumericString or PrintableString
  parameter,  // SET of PrintableString and TeletexString, both optional
  lines,      // SET of a SEQUENCE OF PrintableString and TeletexString
};
struct AttributeKey {
  std::string_view key;
  int type;
  AttributeForm form;
};
inline constexpr std::array<AttributeKey, 15> attribute_keys = {{
    {"PD-SERVICE", 7, AttributeForm::printable},
    {"PD-C", 8, AttributeForm::choice},
    {"PD-CODE", 9, AttributeForm::choice},
    {"PD-OFFICE", 10, AttributeForm::parameter},
    {"PD-OFFICE-NUM", 11, AttributeForm::parameter},
    {"PD-EXT-ADDRESS", 12, AttributeForm::parameter},
    {"PD-PN", 13, AttributeForm::parameter},
    {"PD-O", 14, AttributeForm::parameter},
    {"PD-EXT-DELIVERY", 15, AttributeForm::parameter},
    {"PD-ADDRESS", 16, AttributeForm::lines},
    {"PD-STREET", 17, AttributeForm::parameter},
    {"PD-BOX", 18, AttributeForm::parameter},
    {"PD-RESTANTE", 19, AttributeForm::parameter},
    {"PD-UNIQUE", 20, AttributeForm::parameter},
    {"PD-LOCAL", 21, AttributeForm::parameter},
}};

struct TerminalTypeName {
  std::string_view name;
  int value;
};
inline constexpr std::array<TerminalTypeName, 6> terminal_types = {
    {{"tlx", 3}, {"ttx", 4}, {"g3fax", 5}, {"g4fax", 6}, {"ia5", 7}, {"vtx", 8}}};

// "EXT-n" with the octets of the value in hex, for what has no key of its own. [ours]
inline constexpr std::string_view raw_key = "EXT-";

// A value in its two forms, joined by "*" in the text (RFC 2156 3.3.4). Teletex: octets, nullopt = absent.
struct TextPair {
  std::string printable;
  std::optional<std::string> teletex;
  friend bool operator==(const TextPair&, const TextPair&) = default;
};

}  // namespace longwire::x400
