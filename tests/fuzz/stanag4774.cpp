// A STANAG 4774 label or clearance, or a 4778 binding.
#include "crypto/labels/stanag4774.hpp"
#include "crypto/labels/label_json.hpp"
#include "tests/fuzz/label_policy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  using namespace longwire::crypto::labels;
  static const auto all = [] {
    Policies out;
    out.add(fuzz::small_policy());
    return out;
  }();
  const auto& policy = all.all().front();
  const ByteView file{data, size};
  (void)decode_label_json(file);
  if (const auto label = read_4774(file, all); label && !policy.validate(*label)) {
    const auto back = read_4774(as_bytes(write_4774(*label, policy, from_unix(0))), all);
    if (!back || encode_label(*back) != encode_label(*label)) std::abort();
    const auto bound = read_4774(as_bytes(write_4778(*label, policy, from_unix(0), "cid:a", "text/plain")), all);
    if (!bound || *bound != *back) std::abort();
  }
  if (const auto clearance = read_4774_clearance(file, all)) {
    const auto back = read_4774_clearance(as_bytes(write_4774_clearance(*clearance, policy)), all);
    if (!back || encode_clearance(*back) != encode_clearance(*clearance)) std::abort();
  }
  return 0;
}
