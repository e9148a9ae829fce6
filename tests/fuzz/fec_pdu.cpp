// FEC parameters of an Address_PDU: decoded they keep within the limits, number every PDU once, and encode to
// the same octets.
#include "acp142/fec_code.hpp"
#include "acp142/fec_info.hpp"
#include "base/limits.hpp"

#include <cstdlib>

namespace {

using namespace longwire;
using namespace longwire::acp142;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  ByteReader in({data, size});
  const auto total = in.u16();
  const auto probe = in.u16();
  const auto rest = in.rest();
  // The FEC_ID is right in one half of the inputs whose length is.
  const Fec fec{size % 2 == 0 ? coded_fec_id : data[0], Bytes(rest.begin(), rest.end())};
  const auto info = decode(fec, total);
  if (!info) {
    require(!info.error().name.empty());
    return 0;
  }
  require(encode(*info) == fec);
  const BlockMap map{total, info->blocks};
  std::size_t sources = 0;
  for (std::size_t block = 0; block < map.blocks; ++block) {
    sources += map.sources(block);
    require(map.sources(block) >= 1 && map.sources(block) <= limits::fec_block_symbols);
    require(map.sources(block) * info->symbol_octets <= limits::fec_block_octets);
    if (map.rows(block) > 0) require(map.parity_pdu(block, map.rows(block) - 1) <= limits::data_pdus);
  }
  require(sources == total);
  if (probe == 0) return 0;
  const auto block = map.block_of(probe);
  require(block < map.blocks);
  if (map.is_parity(probe)) require((map.place_of(probe) < fec::most_rows) == (map.place_of(probe) < map.rows(block)));
  require((map.is_parity(probe) ? map.parity_pdu(block, map.place_of(probe))
                                : map.source_pdu(block, map.place_of(probe))) == probe);
  require(info->octets_of(total, total) >= 1 && info->octets_of(total, total) <= info->symbol_octets);
  return 0;
}
