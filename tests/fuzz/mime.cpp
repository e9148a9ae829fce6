// The MIME walk: every part lies inside its parent and starts behind it.
#include "mail/mime.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const ByteView in(data, size);
  (void)mail::body_needed(in);
  (void)mail::parse_content_type(as_text(in));
  const auto parts = mail::walk_mime(in);
  if (!parts) {
    if (parts.error().offset > size) std::abort();
    return 0;
  }
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const auto& p = (*parts)[i];
    if (p.header > p.body || p.body > p.end || p.end > size) std::abort();
    if (i == 0) continue;
    const auto& parent = (*parts)[p.parent];
    if (p.parent >= i || p.depth != parent.depth + 1 || p.header < parent.body) std::abort();
  }
  return 0;
}
