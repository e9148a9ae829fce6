// S/MIME packaging: what is found comes out the same from its own packing, split and join lose nothing, and the
// canonical form is a fixed point.
#include "crypto/smime/entity.hpp"
#include "mail/message.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  using namespace longwire::crypto;
  const ByteView in(data, size);
  if (const auto found = smime::find(in); found && found->kind != smime::Kind::none) {
    if (found->cms.empty()) std::abort();
    const auto type = smime::smime_type_of(found->cms);
    if (type.empty()) std::abort();
    for (const auto transfer : {smime::Transfer::base64, smime::Transfer::binary}) {
      const auto again = smime::find(smime::pack_opaque(found->cms, type, transfer));
      if (!again || again->cms != found->cms) std::abort();
    }
    if (found->kind == smime::Kind::signed_multipart)
      if (const auto packed = smime::pack_multipart(found->detached, found->cms, "sha-256", "=_b")) {
        const auto again = smime::find(*packed);
        if (!again || again->detached != found->detached) std::abort();
      }
  }
  const auto split = smime::split_message(in);
  const auto joined = smime::join_message(split.outer_fields, split.entity);
  const auto again = smime::split_message(joined);
  if (again.entity != split.entity || again.outer_fields != split.outer_fields) std::abort();
  const auto lines = smime::canonical(in, false);
  if (smime::canonical(lines, false) != lines) std::abort();
  (void)smime::canonical(in, true);
  if (const auto inner = smime::unwrap_message(smime::wrap_message(in)); !inner || ByteView(*inner).size() != size)
    std::abort();
  return 0;
}
