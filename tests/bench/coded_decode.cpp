// What decoding a coded message costs, beside one copy of it; usage: bench_coded_decode
// Blocks of the sizes that links have and of the largest that a receiver takes, then what one datagram can set off
// at worst: the parameters of a message of which nothing but parity has come.
#include "acp142/entity.hpp"
#include "acp142/fec_code.hpp"
#include "acp142/fec_info.hpp"
#include "base/limits.hpp"
#include "base/rng.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

using namespace longwire;
using namespace longwire::acp142;

template <class F>
double seconds(const F& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Bytes random_octets(std::size_t size) {
  Rng rng(size);
  Bytes octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(rng.next());
  return octets;
}

double copy_seconds(const Bytes& octets) {
  Bytes copy(octets.size());
  constexpr int times = 20;
  return seconds([&] {
           for (int i = 0; i < times; ++i) {
             std::memcpy(copy.data(), octets.data(), octets.size());
             if (copy[static_cast<std::size_t>(i)] != octets[static_cast<std::size_t>(i)]) std::abort();
           }
         }) /
         times;
}

void block(std::size_t k, std::size_t symbol, std::size_t lost) {
  const auto text = random_octets(k * symbol);
  std::vector<fec::Symbol> all;
  for (std::size_t i = 0; i < k; ++i) all.push_back({i, ByteView(text).subspan(i * symbol, symbol)});
  const std::vector<fec::Symbol> there(all.begin() + static_cast<std::ptrdiff_t>(lost), all.end());
  std::vector<std::size_t> missing;
  std::vector<Bytes> made;
  const auto encoding = seconds([&] {
    for (std::size_t i = 0; i < lost; ++i) made.push_back(fec::parity(all, symbol, i));
  });
  std::vector<fec::Symbol> parities;
  for (std::size_t i = 0; i < lost; ++i) {
    missing.push_back(i);
    parities.push_back({i, made[i]});
  }
  std::vector<Bytes> found;
  const auto decoding = seconds([&] { found = fec::recover(there, parities, missing, symbol); });
  for (std::size_t i = 0; i < lost; ++i)
    if (!std::equal(found[i].begin(), found[i].end(), all[i].octets.begin())) std::abort();
  std::printf("| %zu x %zu | %zu | %.3f | %.2f | %.1f | %.0f |\n", k, symbol, lost,
              1e3 * encoding / static_cast<double>(lost), 1e3 * decoding,
              static_cast<double>(text.size()) / decoding / 1e6, decoding / copy_seconds(text));
}

// A plain Address_PDU and as much parity as is kept of an unknown code; then the parameters.
void worst_datagram() {
  constexpr std::size_t total = limits::fec_block_symbols, symbol = limits::fec_block_octets / total;
  const auto text = random_octets(total * symbol);
  const FecInfo info{static_cast<std::uint32_t>(text.size()), symbol, 1, message_digest(text), 0, 0};
  std::vector<fec::Symbol> sources;
  for (std::size_t column = 0; column < total; ++column)
    sources.push_back({column, ByteView(text).subspan(column * symbol, symbol)});
  constexpr PmulId self{1}, shore{2};
  Peer peer;
  peer.id = shore;
  peer.coding = Coding::always;
  Entity entity(self, BearerTiming{}, {}, {peer}, 1);
  const auto now = from_unix(1'700'000'000);
  AddressPdu address{false, 6, Map::only, total, shore, 5, to_unix32(now) + 3600, {}, 0, {{self, 1, {}}}};
  entity.on_frame(encode(address), Ipv4{2}, now);
  for (std::size_t row = 0; row < total; ++row) {
    DataPdu data{6, static_cast<std::uint16_t>(total + 1 + row), shore, 5, fec::parity(sources, symbol, row)};
    entity.on_frame(encode(data), Ipv4{2}, now);
  }
  (void)entity.take_notices();
  address.fec = encode(info);
  const auto last = encode(address);
  const auto took = seconds([&] { entity.on_frame(last, Ipv4{2}, now); });
  bool right = false;
  for (const auto& notice : entity.take_notices())
    if (const auto* received = std::get_if<notice::Received>(&notice)) right = received->octets == text;
  if (!right) std::abort();
  std::printf("\nthe most that one datagram sets off: %.2f s\n", took);
}

}  // namespace

int main() {
  std::printf(
      "| block | lost | one parity PDU ms | decoding ms | MB/s | copies of the block |\n|---|---|---|---|---|---|\n");
  block(20, 532, 4);
  block(200, 532, 10);
  block(200, 532, 80);
  block(200, 1456, 80);
  block(limits::fec_block_symbols, 2, limits::fec_block_symbols);
  block(limits::fec_block_symbols, limits::fec_block_octets / limits::fec_block_symbols, 410);
  block(limits::fec_block_symbols, limits::fec_block_octets / limits::fec_block_symbols, limits::fec_block_symbols);
  worst_datagram();
  return 0;
}
