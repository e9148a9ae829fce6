// Header walk, MMHS fields, dates, and the Received line built from hostile strings.
#include "base/limits.hpp"
#include "mail/date.hpp"
#include "mail/message.hpp"
#include "mail/mmhs.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const ByteView in(data, size);
  const auto text = as_text(in);
  const mail::HeaderView header(in);
  if (header.body_offset() > size) std::abort();
  for (const auto& field : header.fields()) {
    if (field.name.empty() || text.substr(field.offset, field.name.size()) != field.name) std::abort();
    if (mail::unfold(field.raw_value).find_first_of("\r\n") != std::string::npos) std::abort();
  }
  const auto mmhs = mail::read_mmhs(header);
  if (!mmhs && mmhs.error().offset > size) std::abort();
  (void)mail::parse_date(text);

  const std::string s(text.substr(0, 2000));
  const auto received = mail::format_received({s, s, s, s, s, s, 0, s});
  const mail::HeaderView line(as_bytes(received));
  if (line.fields().size() != 1 || line.body_offset() != received.size()) std::abort();
  return 0;
}
