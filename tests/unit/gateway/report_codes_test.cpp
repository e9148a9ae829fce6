// Every row of the code tables (stanag4406.md 6.12), both ways.
#include "annexe/gateway/reports.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace longwire::gateway {
namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string w; in >> w;) out.push_back(w);
  return out;
}

int number(const std::string& text) { return std::stoi(text); }

// As the page prints it: "reason/diagnostic status ...".
const char* const to_status =
    "1/0 5.1.1 1/1 5.1.4 1/2 4.3.1 1/3 5.4.6 1/4 4.2.1 1/5 4.4.7 1/6 5.6.1 1/7 5.2.3 2/8 5.6.3 2/9 5.6.3 1/10 5.6.3 "
    "1/11 5.5.2 1/12 5.5.2 1/13 5.5.2 1/14 5.5.0 1/15 5.6.1 1/16 5.5.3 1/17 5.4.4 1/18 5.3.3 2/19 5.6.2 2/20 5.6.0 "
    "2/21 5.6.0 2/22 5.6.2 2/23 5.6.2 2/24 5.6.2 2/25 5.6.2 1/26 5.4.0 1/27 5.4.6 1/28 5.7.2 1/29 5.7.1 1/30 4.2.4 "
    "4/31 5.6.0 4/32 5.1.0 4/33 5.1.0 4/34 5.1.0 4/35 5.1.0 4/36 5.1.0 4/37 5.1.0 4/38 5.1.0 4/39 5.1.0 4/40 5.1.0 "
    "4/41 5.1.0 4/42 5.1.0 4/43 5.1.0 4/44 5.1.0 4/45 5.1.0 1/43 5.1.6 1/46 5.7.0 2/47 5.3.3 0/48 5.3.4 0/49 4.4.7 "
    "8/53 5.7.1 8/68 5.7.1 8/76 5.7.1 8/78 5.7.1 8/54 5.7.0 8/62 5.7.5 8/67 5.7.7";

TEST(ReportCodes, EveryX411CodeHasItsStatus) {
  const auto list = words(to_status);
  ASSERT_EQ(list.size() % 2, 0u);
  for (std::size_t i = 0; i < list.size(); i += 2) {
    const auto slash = list[i].find('/');
    const X411Code code{number(list[i].substr(0, slash)), number(list[i].substr(slash + 1))};
    EXPECT_EQ(status_of(code), list[i + 1]) << list[i];
  }
}

TEST(ReportCodes, EveryReasonHasAFallBack) {
  const std::vector<std::string> statuses{"4.4.0", "5.0.0", "5.6.3", "5.6.0", "5.1.0",
                                          "5.7.1", "5.4.3", "5.3.3", "5.7.0"};
  for (std::size_t reason = 0; reason < statuses.size(); ++reason) {
    EXPECT_EQ(status_of({static_cast<int>(reason), std::nullopt}), statuses[reason]);
    EXPECT_EQ(status_of({static_cast<int>(reason), 123}), statuses[reason]);
  }
  EXPECT_EQ(status_of({17, std::nullopt}), "5.0.0");
}

TEST(ReportCodes, ADiagnosticUnderAnotherReasonCountsByItself) {
  EXPECT_EQ(status_of({0, 5}), "4.4.7");
  EXPECT_EQ(status_of({5, 29}), "5.7.1");
  EXPECT_EQ(status_of({0, 43}), "5.1.6");
  EXPECT_EQ(status_of({1, 62}), "5.7.5");
}

// "n.m reason/diagnostic", "-" = no diagnostic.
const char* const to_code =
    "0.0 1/- 1.0 1/- 1.1 1/0 1.2 1/0 1.3 1/0 1.4 1/1 1.6 1/43 1.7 1/11 1.8 1/11 2.0 1/- 2.1 1/4 2.2 1/4 2.3 1/7 2.4 "
    "1/30 3.0 0/- 3.1 1/2 3.2 1/2 3.3 1/18 3.4 1/7 3.5 1/- 4.0 0/- 4.1 0/- 4.2 0/- 4.4 0/- 4.3 6/- 4.5 1/2 4.6 1/3 "
    "4.7 1/5 5.0 1/- 5.1 1/14 5.2 1/14 5.4 1/14 5.3 1/16 5.5 1/18 6.0 2/- 6.1 1/6 6.2 1/9 6.3 2/8 6.5 2/47 7.0 1/46 "
    "7.1 1/29 7.2 1/28 7.3 1/46 7.4 1/46 7.5 1/46 7.6 1/46 7.7 1/46 "
    // unknown: as X.n.0
    "1.5 1/- 2.37 1/- 3.99 0/- 4.8 0/- 5.6 1/- 6.4 2/- 7.15 1/46 9.1 1/- x 1/-";

TEST(ReportCodes, EveryStatusHasItsX411Code) {
  const auto list = words(to_code);
  ASSERT_EQ(list.size() % 2, 0u);
  for (std::size_t i = 0; i < list.size(); i += 2) {
    const auto slash = list[i + 1].find('/');
    const auto diagnostic = list[i + 1].substr(slash + 1);
    const X411Code code{number(list[i + 1].substr(0, slash)),
                        diagnostic == "-" ? std::nullopt : std::optional(number(diagnostic))};
    for (const std::string cls : {"4.", "5."}) EXPECT_EQ(x411_of(cls + list[i]), code) << list[i];
  }
  EXPECT_EQ(x411_of(""), (X411Code{1, std::nullopt}));
}

TEST(ReportCodes, DiagnosticsAreWrittenWithTheirNamesAndReadByTheirNumbers) {
  EXPECT_EQ(diagnostic_text({1, 0}), "Reason 1 (Unable-To-Transfer); Diagnostic 0 (Unrecognised-ORName)");
  EXPECT_EQ(diagnostic_text({0, std::nullopt}), "Reason 0 (Transfer-Failure)");
  EXPECT_EQ(diagnostic_text({99, 1000}), "Reason 99; Diagnostic 1000");
  for (int reason = 0; reason < 10; ++reason)
    for (int diagnostic = -1; diagnostic < 80; ++diagnostic) {
      const X411Code code{reason, diagnostic < 0 ? std::nullopt : std::optional(diagnostic)};
      EXPECT_EQ(parse_diagnostic(diagnostic_text(code)), code);
    }
  EXPECT_EQ(parse_diagnostic("reason 1(x);diagnostic 5"), (X411Code{1, 5}));
  EXPECT_FALSE(parse_diagnostic("550 no such user"));
  EXPECT_FALSE(parse_diagnostic("Reason x"));
}

}  // namespace
}  // namespace longwire::gateway
