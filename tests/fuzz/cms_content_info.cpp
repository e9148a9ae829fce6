// A ContentInfo with whatever it holds, and the same octets as a layer of each type: refused by name or shown.
#include "crypto/cms/cms_json.hpp"
#include "crypto/cms/other_data.hpp"
#include "crypto/oids.hpp"
#include "tests/fuzz/cms_people.hpp"

#include <boost/json/serialize.hpp>

using namespace longwire;
using namespace longwire::crypto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  const auto shown = cms::content_info_json(in);
  if (shown) (void)boost::json::serialize(*shown);
  const auto info = cms::decode_content_info(in);
  fuzz::check_error(info, in);
  if (info) {
    const auto again = cms::decode_content_info(cms::encode_content_info(info->type, info->content));
    if (!again || again->type != info->type || again->content != info->content) std::abort();
  }
  for (const auto type : {oid::data, oid::signed_data, oid::enveloped_data, oid::auth_enveloped_data,
                          oid::digested_data, oid::encrypted_data, oid::content_info}) {
    const auto layer = cms::decode_layer(type, in);
    fuzz::check_error(layer, in);
    if (!layer) continue;
    const auto as_info = cms::content_info_json(cms::encode_content_info(layer->type, layer->content));
    if (as_info) (void)boost::json::serialize(*as_info);
  }
  if (const auto digested = cms::decode_digested_data(in)) (void)cms::check_digest(*digested, in);
  static const Secret key(Bytes(24, 1));
  if (const auto encrypted = cms::decode_encrypted_data(in)) (void)cms::decrypt(*encrypted, key, true);
  return 0;
}
