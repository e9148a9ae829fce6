// A policy file: what is read answers every question about its own labels, and what it writes it reads again.
#include "crypto/labels/access.hpp"
#include "crypto/labels/policy_impl.hpp"
#include "crypto/labels/stanag4774.hpp"

#include <cstdlib>

namespace {

using namespace longwire;
using namespace longwire::crypto::labels;

void check_label(const Policy& policy, const Policies& all, const SecurityLabel& label) {
  const bool valid = !policy.validate(label, true, from_unix(0));
  const auto marking = policy.marking(label, "firstLineOfText", "en");
  if (valid && !marking.text.empty() && !policy.marking(label).text.empty())
    if (const auto back = policy.label_of_marking(policy.marking(label).text))
      if (policy.validate(*back)) std::abort();
  for (const auto& other : policy.impl().file.equivalent_policies) {
    const auto mapped = policy.map(label, other.id, Policy::Direction::outbound);
    if (mapped) (void)policy.map(*mapped, other.name, Policy::Direction::inbound);
  }
  const auto xml = write_4774(label, policy, from_unix(0));
  if (valid == xml.empty() && valid) std::abort();
  if (const auto back = read_4774(as_bytes(xml), all); back && *back != label && label.categories.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto read = Policy::read({data, size});
  if (!read) {
    if (read.error().offset > size || read.error().text.empty()) std::abort();
    return 0;
  }
  Policies all;
  all.add(*std::move(read));
  const auto& policy = all.all().front();
  const auto& file = policy.impl().file;
  const auto highest = policy.clearance_of(file.classifications.back().name);
  std::size_t looked_at = 0;
  for (const auto& classification : file.classifications) {
    if (++looked_at > 8) break;
    const SecurityLabel plain{file.id, classification.value, {}, {}};
    check_label(policy, all, plain);
    if (highest) (void)decide(*highest, plain, &policy);
    std::size_t categories = 0;
    for (const auto& [key, value] : policy.impl().index) {
      if (++categories > 8) break;
      auto one = policy.impl().categories({value}, false);
      if (one) check_label(policy, all, {file.id, classification.value, {}, *std::move(one)});
    }
  }
  if (highest) (void)policy.describe(*highest);
  return 0;
}
