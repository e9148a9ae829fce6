// longwire cms: CMS and S/MIME on files, in the manner of `openssl cms`.
#include "node/io/system_random.hpp"
#include "node/main/cms_files.hpp"
#include "node/main/cms_operations.hpp"
#include "node/main/exit_code.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <iostream>

namespace longwire::commands {

namespace {

namespace json = boost::json;

Result<CmsReport> run_operation(const CmsOptions& options) {
  const auto chance = io::system_random();
  auto& random = *chance;
  const Time now{std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
  if (options.operation == "sign") return cms_sign(options, now, random);
  if (options.operation == "encrypt") return cms_encrypt(options, random);
  if (options.operation == "wrap") return cms_wrap(options, now, random);
  if (options.operation == "verify") return cms_verify(options, now);
  if (options.operation == "decrypt") return cms_decrypt(options, random);
  return cms_unwrap(options, now, random);
}

int tell(const CmsOptions& options, const Error& e) {
  const bool usage = e.name == "usage" || e.name == "unreadable";
  if (options.json && !usage)
    std::cout << json::object{{"error", e.name}, {"offset", e.offset}, {"text", e.text}} << "\n";
  else std::cerr << "longwire: " << (usage ? "" : std::string(e.name) + ": ") << e.text << "\n";
  return usage ? exit_usage : exit_no;
}

}  // namespace

int cms(const CmsOptions& options) {
  const auto report = run_operation(options);
  if (!report) return tell(options, report.error());
  const auto policies = read_policies(options.policies);
  if (!policies) return tell(options, policies.error());
  const bool quiet = options.json && options.out == "-";  // standard output is the verdict's
  if (report->output && !quiet)
    if (const auto fault = write_octets(options.out, *report->output)) return tell(options, *fault);
  if (options.json) std::cout << to_json(options.operation, *report, *policies) << "\n";
  else std::cerr << to_text(*report, *policies);
  return report->good ? exit_yes : exit_no;
}

}  // namespace longwire::commands
