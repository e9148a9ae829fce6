#include "annexe/x400/p1_names.hpp"

#include "annexe/x400/p1_json.hpp"

namespace longwire::x400 {

namespace {

using NumberName = std::pair<int, std::string_view>;

constexpr std::array<NumberName, 24> extensions = {{
    {1, "recipient-reassignment-prohibited"},
    {2, "originator-requested-alternate-recipient"},
    {3, "dl-expansion-prohibited"},
    {4, "conversion-with-loss-prohibited"},
    {5, "latest-delivery-time"},
    {13, "originator-return-address"},
    {15, "originator-certificate"},
    {16, "message-token"},
    {17, "content-confidentiality-algorithm"},
    {18, "content-integrity-check"},
    {19, "message-origin-authentication-check"},
    {20, "message-security-label"},
    {22, "proof-of-delivery-request"},
    {23, "content-correlator"},
    {25, "redirection-history"},
    {26, "dl-expansion-history"},
    {29, "proof-of-delivery"},
    {30, "originator-and-dl-expansion-history"},
    {31, "reporting-dl-name"},
    {33, "report-origin-authentication-check"},
    {38, "internal-trace"},
    {39, "reporting-MTA-name"},
    {41, "blind-copy-recipients"},
    {42, "dl-exempted-recipients"},
}};

constexpr std::array<NumberName, 9> reasons = {{
    {0, "transfer-failure"},
    {1, "unable-to-transfer"},
    {2, "conversion-not-performed"},
    {3, "physical-rendition-not-performed"},
    {4, "physical-delivery-not-performed"},
    {5, "restricted-delivery"},
    {6, "directory-operation-unsuccessful"},
    {7, "deferred-delivery-not-performed"},
    {8, "transfer-failure-for-security-reason"},
}};

constexpr std::array<NumberName, 26> diagnostics = {{
    {0, "unrecognised-OR-name"},
    {1, "ambiguous-OR-name"},
    {2, "mts-congestion"},
    {3, "loop-detected"},
    {4, "recipient-unavailable"},
    {5, "maximum-time-expired"},
    {6, "encoded-information-types-unsupported"},
    {7, "content-too-long"},
    {11, "invalid-arguments"},
    {12, "content-syntax-error"},
    {13, "size-constraint-violation"},
    {14, "protocol-violation"},
    {15, "content-type-not-supported"},
    {16, "too-many-recipients"},
    {17, "no-bilateral-agreement"},
    {18, "unsupported-critical-function"},
    {26, "recipient-reassignment-prohibited"},
    {28, "dl-expansion-prohibited"},
    {46, "secure-messaging-error"},
    {48, "unable-to-complete-transfer"},
    {49, "transfer-attempts-limit-reached"},
    {53, "security-policy-violation"},
    {62, "decryption-failed"},
    {68, "invalid-security-label"},
    {76, "unknown-security-label"},
    {78, "unsupported-security-policy"},
}};

template <class Table>
std::string_view find(const Table& table, int number) {
  for (const auto& [known, name] : table)
    if (known == number) return name;
  return {};
}

}  // namespace

std::string_view extension_name(int standard) { return find(extensions, standard); }
std::string_view reason_name(int reason) { return find(reasons, reason); }
std::string_view diagnostic_name(int diagnostic) { return find(diagnostics, diagnostic); }

}  // namespace longwire::x400
