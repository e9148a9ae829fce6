// MULE payloads: what is read, written and read again is the same message to the same people.
#include "mail/mule.hpp"
#include "mail/mule_json.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const auto first = mail::decode_mule({data, size});
  if (!first) {
    if (first.error().offset > size) std::abort();
    return 0;
  }
  const auto coded = mail::encode_mule(first->envelope, first->message);
  const auto second = mail::decode_mule(coded);
  if (!second) std::abort();
  if (boost::json::serialize(mail::to_json(*first)) != boost::json::serialize(mail::to_json(*second))) std::abort();
  if (mail::encode_mule(second->envelope, second->message) != coded) std::abort();
  return 0;
}
