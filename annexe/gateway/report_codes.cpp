// X.411 reason and diagnostic codes <-> status codes: the tables of stanag4406.md 6.12 (RFC 2156 5.1.8.4, 5.3.8.2).
#include "annexe/gateway/reports.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

constexpr int any = -1;

struct StatusRow {
  int reason;
  int diagnostic;  // any: the fall-back of the reason
  std::string_view status;
};
// RFC 2156 5.3.8.2; where a diagnostic stands under two reasons, the one it is listed for by itself comes first.
constexpr std::array status_rows{
    StatusRow{0, any, "4.4.0"},
    StatusRow{1, any, "5.0.0"},
    StatusRow{2, any, "5.6.3"},
    StatusRow{3, any, "5.6.0"},
    StatusRow{4, any, "5.1.0"},
    StatusRow{5, any, "5.7.1"},
    StatusRow{6, any, "5.4.3"},
    StatusRow{7, any, "5.3.3"},
    StatusRow{1, 0, "5.1.1"},
    StatusRow{1, 1, "5.1.4"},
    StatusRow{1, 2, "4.3.1"},
    StatusRow{1, 3, "5.4.6"},
    StatusRow{1, 4, "4.2.1"},
    StatusRow{1, 5, "4.4.7"},
    StatusRow{1, 6, "5.6.1"},
    StatusRow{1, 7, "5.2.3"},
    StatusRow{2, 8, "5.6.3"},
    StatusRow{2, 9, "5.6.3"},
    StatusRow{1, 10, "5.6.3"},
    StatusRow{1, 11, "5.5.2"},
    StatusRow{1, 12, "5.5.2"},
    StatusRow{1, 13, "5.5.2"},
    StatusRow{1, 14, "5.5.0"},
    StatusRow{1, 15, "5.6.1"},
    StatusRow{1, 16, "5.5.3"},
    StatusRow{1, 17, "5.4.4"},
    StatusRow{1, 18, "5.3.3"},
    StatusRow{2, 19, "5.6.2"},
    StatusRow{2, 20, "5.6.0"},
    StatusRow{2, 21, "5.6.0"},
    StatusRow{2, 22, "5.6.2"},
    StatusRow{2, 23, "5.6.2"},
    StatusRow{2, 24, "5.6.2"},
    StatusRow{2, 25, "5.6.2"},
    StatusRow{1, 26, "5.4.0"},
    StatusRow{1, 27, "5.4.6"},
    StatusRow{1, 28, "5.7.2"},
    StatusRow{1, 29, "5.7.1"},
    StatusRow{1, 30, "4.2.4"},
    StatusRow{4, 31, "5.6.0"},
    StatusRow{4, 32, "5.1.0"},
    StatusRow{4, 33, "5.1.0"},
    StatusRow{4, 34, "5.1.0"},
    StatusRow{4, 35, "5.1.0"},
    StatusRow{4, 36, "5.1.0"},
    StatusRow{4, 37, "5.1.0"},
    StatusRow{4, 38, "5.1.0"},
    StatusRow{4, 39, "5.1.0"},
    StatusRow{4, 40, "5.1.0"},
    StatusRow{4, 41, "5.1.0"},
    StatusRow{4, 42, "5.1.0"},
    StatusRow{1, 43, "5.1.6"},
    StatusRow{4, 43, "5.1.0"},
    StatusRow{4, 44, "5.1.0"},
    StatusRow{4, 45, "5.1.0"},
    StatusRow{1, 46, "5.7.0"},
    StatusRow{2, 47, "5.3.3"},
    StatusRow{0, 48, "5.3.4"},
    StatusRow{0, 49, "4.4.7"},
    // Later X.411, not in the RFC.
    StatusRow{8, any, "5.7.0"},
    StatusRow{8, 53, "5.7.1"},
    StatusRow{8, 54, "5.7.0"},
    StatusRow{8, 62, "5.7.5"},
    StatusRow{8, 67, "5.7.7"},
    StatusRow{8, 68, "5.7.1"},
    StatusRow{8, 76, "5.7.1"},
    StatusRow{8, 78, "5.7.1"},
};

struct CodeRow {
  std::string_view status;  // without the class
  int reason;
  int diagnostic;  // any: none
};
// RFC 2156 5.1.8.4
constexpr std::array code_rows{
    CodeRow{"0.0", 1, any}, CodeRow{"1.0", 1, any}, CodeRow{"1.1", 1, 0},   CodeRow{"1.2", 1, 0},
    CodeRow{"1.3", 1, 0},   CodeRow{"1.4", 1, 1},   CodeRow{"1.6", 1, 43},  CodeRow{"1.7", 1, 11},
    CodeRow{"1.8", 1, 11},  CodeRow{"2.0", 1, any}, CodeRow{"2.1", 1, 4},   CodeRow{"2.2", 1, 4},
    CodeRow{"2.3", 1, 7},   CodeRow{"2.4", 1, 30},  CodeRow{"3.0", 0, any}, CodeRow{"3.1", 1, 2},
    CodeRow{"3.2", 1, 2},   CodeRow{"3.3", 1, 18},  CodeRow{"3.4", 1, 7},   CodeRow{"3.5", 1, any},
    CodeRow{"4.0", 0, any}, CodeRow{"4.1", 0, any}, CodeRow{"4.2", 0, any}, CodeRow{"4.3", 6, any},
    CodeRow{"4.4", 0, any}, CodeRow{"4.5", 1, 2},   CodeRow{"4.6", 1, 3},   CodeRow{"4.7", 1, 5},
    CodeRow{"5.0", 1, any}, CodeRow{"5.1", 1, 14},  CodeRow{"5.2", 1, 14},  CodeRow{"5.3", 1, 16},
    CodeRow{"5.4", 1, 14},  CodeRow{"5.5", 1, 18},  CodeRow{"6.0", 2, any}, CodeRow{"6.1", 1, 6},
    CodeRow{"6.2", 1, 9},   CodeRow{"6.3", 2, 8},   CodeRow{"6.5", 2, 47},  CodeRow{"7.0", 1, 46},
    CodeRow{"7.1", 1, 29},  CodeRow{"7.2", 1, 28},  CodeRow{"7.3", 1, 46},  CodeRow{"7.4", 1, 46},
    CodeRow{"7.5", 1, 46},  CodeRow{"7.6", 1, 46},  CodeRow{"7.7", 1, 46},
};

struct Name {
  int number;
  std::string_view text;
};
constexpr std::array reason_names{
    Name{0, "Transfer-Failure"},    Name{1, "Unable-To-Transfer"}, Name{2, "Conversion-Not-Performed"},
    Name{3, "Physical-Rendition"},  Name{4, "Physical-Delivery"},  Name{5, "Restricted-Delivery"},
    Name{6, "Directory-Operation"}, Name{7, "Deferred-Delivery"},  Name{8, "Security-Failure"},
};
constexpr std::array diagnostic_names{
    Name{0, "Unrecognised-ORName"},
    Name{1, "Ambiguous-ORName"},
    Name{2, "MTS-Congestion"},
    Name{3, "Loop-Detected"},
    Name{4, "Recipient-Unavailable"},
    Name{5, "Maximum-Time-Expired"},
    Name{6, "EITs-Unsupported"},
    Name{7, "Content-Too-Long"},
    Name{8, "Conversion-Impractical"},
    Name{9, "Conversion-Prohibited"},
    Name{10, "Implicit-Conversion-Not-Subscribed"},
    Name{11, "Invalid-Arguments"},
    Name{12, "Content-Syntax-Error"},
    Name{13, "Size-Constraint-Violation"},
    Name{14, "Protocol-Violation"},
    Name{15, "Content-Type-Not-Supported"},
    Name{16, "Too-Many-Recipients"},
    Name{17, "No-Bilateral-Agreement"},
    Name{18, "Unsupported-Critical-Function"},
    Name{19, "Conversion-With-Loss-Prohibited"},
    Name{26, "Reassignment-Prohibited"},
    Name{27, "Redirection-Loop"},
    Name{28, "DL-Expansion-Prohibited"},
    Name{29, "No-DL-Submit-Permission"},
    Name{30, "DL-Expansion-Failure"},
    Name{43, "New-Address-Unknown"},
    Name{46, "Secure-Messaging-Error"},
    Name{47, "Unable-To-Downgrade"},
    Name{48, "Unable-To-Complete-Transfer"},
    Name{49, "Transfer-Attempts-Limit"},
    Name{53, "Security-Policy-Violation"},
    Name{62, "Decryption-Failed"},
    Name{68, "Invalid-Security-Label"},
    Name{76, "Unknown-Security-Label"},
    Name{78, "Unsupported-Security-Policy"},
};

template <class Names>
std::string labelled(const Names& names, int number) {
  const auto at = std::find_if(names.begin(), names.end(), [number](const Name& n) { return n.number == number; });
  return std::to_string(number) + (at == names.end() ? "" : " (" + std::string(at->text) + ")");
}

std::string_view find_status(int reason, int diagnostic) {
  for (const auto& row : status_rows)
    if (row.reason == reason && row.diagnostic == diagnostic) return row.status;
  return {};
}

// The number behind a word: "Reason 1 (...)".
std::optional<int> number_behind(std::string_view text, std::string_view word) {
  const auto lower = to_lower(text);
  const auto at = lower.find(to_lower(word));
  if (at == std::string::npos) return std::nullopt;
  auto rest = trim(std::string_view(lower).substr(at + word.size()));
  rest = rest.substr(0, rest.find_first_not_of("0123456789"));
  const auto number = parse_unsigned(rest);
  return number && *number <= 32767 ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

}  // namespace

std::string status_of(const X411Code& code) {
  if (code.diagnostic) {
    if (const auto exact = find_status(code.reason, *code.diagnostic); !exact.empty()) return std::string(exact);
    for (const auto& row : status_rows)
      if (row.diagnostic == *code.diagnostic) return std::string(row.status);
  }
  const auto fall_back = find_status(code.reason, any);
  return fall_back.empty() ? "5.0.0" : std::string(fall_back);
}

X411Code x411_of(std::string_view status) {
  const auto dot = status.find('.');
  const auto detail = dot == std::string_view::npos ? std::string_view{} : status.substr(dot + 1);
  const auto find = [](std::string_view wanted) -> const CodeRow* {
    const auto at = std::find_if(code_rows.begin(), code_rows.end(), [wanted](auto& r) { return r.status == wanted; });
    return at == code_rows.end() ? nullptr : &*at;
  };
  const auto* row = find(detail);
  if (row == nullptr) row = find(std::string(detail.substr(0, detail.find('.'))) + ".0");
  if (row == nullptr) row = &code_rows.front();
  return {row->reason, row->diagnostic == any ? std::nullopt : std::optional(row->diagnostic)};
}

std::string diagnostic_text(const X411Code& code) {
  auto out = "Reason " + labelled(reason_names, code.reason);
  if (code.diagnostic) out += "; Diagnostic " + labelled(diagnostic_names, *code.diagnostic);
  return out;
}

std::optional<X411Code> parse_diagnostic(std::string_view text) {
  const auto reason = number_behind(text, "Reason");
  if (!reason) return std::nullopt;
  return X411Code{*reason, number_behind(text, "Diagnostic")};
}

}  // namespace longwire::gateway
