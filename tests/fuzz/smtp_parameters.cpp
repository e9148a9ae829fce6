// The arguments of MAIL and RCPT: what is accepted can be written for every kind of next hop and read again.
#include "base/bytes.hpp"
#include "mail/parameters.hpp"

#include <cstdlib>

namespace {

using namespace longwire;
using mail::Extensions;

void check_line(const std::string& line) {
  for (const char c : line)
    if (c < ' ' || c > '~') std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  for (const auto& hop : {Extensions{}, Extensions::mule()}) {
    if (const auto e = mail::parse_mail_arguments(text, mail::Dialect::mule)) {
      const auto line = mail::format_mail_arguments(*e, hop);
      check_line(line);
      const auto again = mail::parse_mail_arguments(line, mail::Dialect::mule);
      if (!again || mail::format_mail_arguments(*again, hop) != line) std::abort();
    }
    if (const auto r = mail::parse_rcpt_arguments(text)) {
      const auto line = mail::format_rcpt_arguments(*r, hop);
      check_line(line);
      const auto again = mail::parse_rcpt_arguments(line);
      if (!again || mail::format_rcpt_arguments(*again, hop) != line) std::abort();
    }
  }
  if (const auto raw = mail::xtext_decode(text))
    if (*mail::xtext_decode(mail::xtext_encode(*raw)) != *raw) std::abort();
  return 0;
}
