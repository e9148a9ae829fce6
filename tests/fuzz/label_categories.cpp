// The value of one security category: the first octet chooses the type.
#include "base/bytes.hpp"
#include "crypto/labels/categories.hpp"

#include <array>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  using namespace longwire::crypto::labels;
  static const std::array<std::string, 7> types{
      "2.16.840.1.101.2.1.8.3.0", "2.16.840.1.101.2.1.8.3.1", "2.16.840.1.101.2.1.8.3.2", "2.16.840.1.101.2.1.8.3.3",
      "2.16.840.1.101.2.1.8.3.4", "2.16.840.1.101.2.1.8.1",   "2.16.840.1.101.2.1.8.2"};
  if (size == 0) return 0;
  const auto chosen = data[0] % types.size();
  const auto tags = tag_values(SecurityCategory{types[chosen], Bytes(data + 1, data + size)});
  if (!tags) {
    if (tags.error().name != "bad_category") std::abort();
    return 0;
  }
  const auto form = chosen == 5   ? CategoryForm::missi_label
                    : chosen == 6 ? CategoryForm::missi_clearance
                                  : CategoryForm::acp145;
  const auto written = categories_of(*tags, form);
  if (!written) std::abort();
  const auto again = tag_values(*written);
  if (!again) std::abort();
  // Written anew it is the same again; the order of tag sets, and empty tags, may go the first time.
  if (tag_values(categories_of(*again, form).value()).value() != *again) std::abort();
  return 0;
}
