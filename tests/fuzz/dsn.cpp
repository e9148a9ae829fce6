// Reports: anything may be read; and one written from hostile strings about a hostile message is always a
// report of three parts that reads back.
#include "mail/dsn.hpp"
#include "mail/mime.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const ByteView in(data, size);
  if (const auto parsed = mail::parse_dsn(in); !parsed && parsed.error().offset > size) std::abort();

  const std::string s(as_text(in).substr(0, 400));  // long enough to be folded where it stands twice
  mail::DsnReport report;
  report.reporting_mta = "gw." + s.substr(0, 200);
  report.message_id = s;
  report.to = "a@" + s.substr(0, 800);
  report.original_envid = s.substr(0, 100);
  report.return_full = size % 2 == 0;
  mail::DsnRecipient r;
  r.final_recipient = s.substr(0, 900);
  r.orcpt = "rfc822;" + s.substr(0, 400);
  r.status = r.status_comment = r.remote_mta = r.diagnostic_type = r.diagnostic = s;
  r.action = static_cast<mail::DsnAction>(size % 5);
  report.recipients = {r, r};
  const auto dsn = mail::format_dsn(report, in);
  const auto parts = mail::walk_mime(dsn);
  if (mail::body_needed(dsn) == mail::Body::binary) std::abort();
  if (!parts) return 0;  // the returned message may be nested beyond the limit
  std::size_t direct = 0;
  for (const auto& p : *parts)
    if (p.depth == 2) ++direct;
  if (direct != 3) std::abort();
  const auto parsed = mail::parse_dsn(dsn);
  if (!parsed || parsed->recipients.size() != 2 || parsed->recipients[0].action != r.action) std::abort();
  return 0;
}
