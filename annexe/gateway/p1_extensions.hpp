// Values of the P1 extensions that the gateway reads and writes (X.411; stanag4406.md 3.2).
#pragma once

#include "annexe/x400/p1.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

inline constexpr int ext_recipient_reassignment_prohibited = 1;
inline constexpr int ext_blind_copy_recipients = 41;
inline constexpr std::string_view eit_mixer = "1.3.6.1.7.1.3.5";  // RFC 2156 appendix D

const x400::ExtensionField* find_extension(const std::vector<x400::ExtensionField>& list, int standard);

x400::ExtensionField enumerated_extension(int standard, int value);
x400::ExtensionField time_extension(int standard, Time value);
x400::ExtensionField text_extension(int standard, std::string_view ia5);
x400::ExtensionField name_extension(int standard, const x400::OrName& name);
std::optional<int> enumerated_value(const x400::ExtensionField& e);
std::optional<Time> time_value(const x400::ExtensionField& e);
std::optional<std::string> text_value(const x400::ExtensionField& e);
std::optional<x400::OrName> name_value(const x400::ExtensionField& e);

// dl-expansion-history (26), oldest first, and redirection-history (25).
struct NameAndTime {
  x400::OrName name;
  Time time{};
};
x400::ExtensionField history_extension(const std::vector<NameAndTime>& history);
std::optional<std::vector<NameAndTime>> history_value(const x400::ExtensionField& e);

struct Redirection {
  x400::OrName intended;
  Time time{};
  int reason = 0;
};
inline constexpr int redirected_by_alias = 4;
x400::ExtensionField redirection_extension(const std::vector<Redirection>& history);
std::optional<std::vector<Redirection>> redirection_value(const x400::ExtensionField& e);

// internal-trace-information (38).
struct InternalTrace {
  x400::GlobalDomainId domain;
  std::string mta;
  Time arrival{};
};
std::vector<InternalTrace> internal_trace_value(const x400::ExtensionField& e);

// blind-copy-recipients (41).
std::vector<x400::OrName> names_value(const x400::ExtensionField& e);

// "private 1.2.3" or "5", as in Discarded-X400-MTS-Extensions.
std::string name_of(const x400::ExtensionField& e);

}  // namespace longwire::gateway
