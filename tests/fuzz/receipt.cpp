// Receipts of RFC 2634: refused by name, or the same after writing and reading again.
#include "crypto/cms/receipt.hpp"
#include "tests/fuzz/cms_people.hpp"

using namespace longwire;
using namespace longwire::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  const auto receipt = cms::decode_receipt(in);
  fuzz::check_error(receipt, in);
  if (!receipt) return 0;
  const auto octets = cms::encode_receipt(*receipt);
  const auto again = cms::decode_receipt(octets);
  if (!again || !(*again == *receipt) || cms::encode_receipt(*again) != octets) std::abort();
  // As the content of a signed receipt that answers it, and of one that does not.
  cms::SignedData answer;
  answer.content_type = oid::receipt;
  answer.content = Bytes(in.begin(), in.end());
  cms::Expected expected{*receipt, {}};
  if (cms::check_receipt(answer, {}, expected) == "good") std::abort();  // nobody signed it
  expected.receipt.identifier.push_back(0);
  if (cms::check_receipt(answer, {}, expected) != "unknown") std::abort();
  return 0;
}
