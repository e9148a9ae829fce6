// A security label in BER: read, judged, marked, mapped; what is written is read back the same.
#include "crypto/labels/access.hpp"
#include "crypto/labels/label_json.hpp"
#include "tests/fuzz/label_policy.hpp"

#include <boost/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  using namespace longwire::crypto::labels;
  static const auto policy = fuzz::small_policy();
  static const auto all = policy.clearance_of("TOP SECRET/Sensitivity:*/Releasable To:*").value();
  static const auto some = policy.clearance_of("SECRET/Sensitivity:MEDICAL/Releasable To:GBR").value();
  const auto json = decode_label_json({data, size});
  if (json) (void)boost::json::serialize(*json);
  const auto label = decode_label({data, size});
  if (!label) return 0;
  const auto again = decode_label(encode_label(*label));
  if (!again || encode_label(*again) != encode_label(*label)) std::abort();
  const auto invalid = policy.validate(*label);
  const auto marking = policy.marking(*label);
  if (invalid && !marking.text.empty()) std::abort();
  const auto decision = decide(all, *label, &policy);
  if (decision.granted != decision.reason.empty()) std::abort();
  // Who has everything may see whatever is valid.
  if (!invalid && !decision.granted) std::abort();
  // The file may tell more of the tags apart and grant less, never where a valid label leaves nothing to tell.
  if (!invalid && decide(some, *label).granted && !decide(some, *label, &policy).granted) std::abort();
  const auto mapped = policy.map(*label, "ALLY", Policy::Direction::outbound);
  if (mapped && (invalid || mapped->policy != "1.3.6.1.4.1.99999.4406.2")) std::abort();
  if (invalid) return 0;
  const auto back = policy.label_of_marking(marking.text);
  if (back && policy.marking(*back).text != marking.text) std::abort();
  return 0;
}
