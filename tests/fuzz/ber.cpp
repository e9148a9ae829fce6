// BER: whatever is read must be navigable, and its subtrees lie inside their parents.
#include "base/ber.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const ByteView in(data, size);
  const auto document = ber::Document::read(in);
  if (!document) {
    if (document.error().offset > size) std::abort();
    return 0;
  }
  if (document->octets() > size) std::abort();
  for (std::size_t i = 0; i < document->count(); ++i) {
    const auto& node = (*document)[i];
    if (node.content + node.length > size || node.next <= i || node.next > document->count()) std::abort();
    for (const auto child : document->children(i)) {
      const auto& inner = (*document)[child];
      if (inner.offset < node.content || inner.content + inner.length > node.content + node.length) std::abort();
    }
    (void)document->integer(i);
    (void)document->octet_string(i);
    if (const auto oid = document->oid(i)) {  // what is a valid OID must be writable, and come back the same
      ber::Writer w;
      if (!w.oid(ber::oid_tag, *oid)) std::abort();
      const auto coded = w.finish();
      if (*ber::Document::read(coded)->oid(0) != *oid) std::abort();
    }
  }
  return 0;
}
