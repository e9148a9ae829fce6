// A TCP stream of S_PRIMITIVEs. Checked: the same primitives and errors however the stream is cut; what is
// decoded prints and encodes to an equal primitive; what the reader holds stays bounded; and where every
// frame is right, the octets come back but for bits not used and the quirk of old nodes.
#include "bearers/s5066/primitive.hpp"
#include "bearers/s5066/primitive_json.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::s5066;

std::string told(const Primitive& primitive) { return boost::json::serialize(to_json(primitive)); }

void check(const Primitive& primitive) {
  const auto again = decode_primitive(encode(primitive));
  if (!again || told(again->primitive) != told(primitive)) std::abort();
  if (primitive_name(type_of(primitive)).empty()) std::abort();
}

std::string read_all(PrimitiveReader& reader) {
  std::string seen;
  while (const auto got = reader.next()) {
    if (*got) check(**got);
    seen += std::to_string(reader.offset()) + ' ' + (*got ? told(**got) : std::string(got->error().name)) + '\n';
  }
  if (reader.incomplete() > 65'540) std::abort();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView stream(data, size);
  PrimitiveReader whole;
  whole.feed(stream);
  const auto expected = read_all(whole);
  PrimitiveReader pieces;
  std::string seen;
  for (const auto& octet : stream) {
    pieces.feed({&octet, 1});
    seen += read_all(pieces);
  }
  if (seen != expected) std::abort();
  const auto one = decode_primitive(stream);
  if (one && one->length != size) std::abort();
  if (!one && (one.error().name.empty() || one.error().offset > size)) std::abort();
  return 0;
}
