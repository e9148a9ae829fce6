#include "acp142/fec_info.hpp"

#include "acp142/fec_code.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace longwire::acp142 {
namespace {

std::size_t sources_at_most(std::size_t symbol_octets) {
  return std::min(limits::fec_block_symbols, limits::fec_block_octets / std::max<std::size_t>(symbol_octets, 1));
}

std::array<std::uint64_t, 256> crc_table() {
  constexpr std::uint64_t reflected = 0xC96C5795D7870F42ULL;
  std::array<std::uint64_t, 256> table{};
  for (std::uint64_t i = 0; i < table.size(); ++i) {
    auto value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? value >> 1 ^ reflected : value >> 1;
    table[i] = value;
  }
  return table;
}

}  // namespace

std::size_t BlockMap::rows(std::size_t block) const {
  const std::size_t free = limits::data_pdus - total;
  return block >= free ? 0 : std::min(fec::most_rows, (free - block + blocks - 1U) / blocks);
}

Fec encode(const FecInfo& info) {
  ByteWriter out(fec_parameter_octets);
  out.u32(info.message_octets);
  out.u16(info.symbol_octets);
  out.u16(info.blocks);
  out.u64(info.digest);
  out.u16(info.first);
  out.u16(info.last);
  return {coded_fec_id, out.finish()};
}

// Five bits of loss in steps that grow with it, as its relative error counts; three of the burst in octaves.
namespace {

constexpr unsigned unknown_loss = 31;
constexpr double loss_steps = 1000;      // loss = step^2 / loss_steps, steps 0..30
constexpr double shortest_burst = 0.25;  // s: of the first octave

}  // namespace

std::uint16_t encode(const AckMark& mark) {
  const auto step = std::min(std::lround(std::sqrt(std::max(mark.loss, 0.0) * loss_steps)), long{unknown_loss} - 1);
  const auto octave = mark.burst <= 0 ? 0 : std::clamp(std::lround(std::log2(mark.burst / shortest_burst)) + 1, 1L, 7L);
  const auto loss = mark.loss < 0 ? unknown_loss : static_cast<unsigned>(step);
  return static_cast<std::uint16_t>(coded_fec_id << 8 | loss << 3 | static_cast<unsigned>(octave));
}

std::optional<AckMark> decode_mark(std::uint16_t octets) {
  if (octets >> 8 != coded_fec_id) return {};
  const unsigned step = octets >> 3 & 31U, octave = octets & 7U;
  AckMark mark;
  if (step != unknown_loss) mark.loss = step * step / loss_steps;
  if (octave != 0) mark.burst = shortest_burst * std::exp2(octave - 1.0);
  return mark;
}

// ---- parameters of a FEC_Address_PDU, told by their octet in it

namespace {

constexpr std::size_t id_at = 21, message_octets_at = 22, symbol_octets_at = 26, blocks_at = 28, first_at = 38,
                      last_at = 40;

Error bad(std::size_t at, std::string_view field, std::uint64_t value, const std::string& wanted) {
  return error("bad_fec_parameters", at, std::string(field) + " is " + std::to_string(value) + ", must be " + wanted);
}

// Nothing: they go together.
std::optional<Error> contradiction(const FecInfo& info, std::uint16_t total) {
  const std::uint64_t symbol = info.symbol_octets;
  if (info.message_octets == 0) return bad(message_octets_at, "message_octets", 0, "above zero");
  if (symbol == 0 || symbol % 2 != 0) return bad(symbol_octets_at, "symbol_octets", symbol, "even and above zero");
  if (const auto needed = (info.message_octets + symbol - 1) / symbol; needed != total)
    return bad(message_octets_at, "message_octets", info.message_octets,
               "what " + std::to_string(total) + " PDUs (Total_Number_of_PDUs) of " + std::to_string(symbol) +
                   " octets hold, not " + std::to_string(needed));
  if (info.blocks == 0 || info.blocks > total)
    return bad(blocks_at, "blocks", info.blocks, "from 1 to " + std::to_string(total));
  if ((info.first == 0) != (info.last == 0))
    return info.first == 0 ? bad(first_at, "first", 0, "above zero, as last is")
                           : bad(last_at, "last", 0, "above zero, as first is");
  if (info.first > info.last) return bad(last_at, "last", info.last, "at least first, " + std::to_string(info.first));
  return std::nullopt;
}

// Nothing: we can hold and solve that.
std::optional<Error> excess(const FecInfo& info, std::uint16_t total) {
  if (info.message_octets > limits::reception_octets)
    return error("fec_too_large", message_octets_at,
                 "message_octets is " + std::to_string(info.message_octets) + ", at most " +
                     std::to_string(limits::reception_octets));
  const auto sources = BlockMap{total, info.blocks}.sources(0), most = sources_at_most(info.symbol_octets);
  if (sources > most)
    return error("fec_too_large", blocks_at,
                 "blocks is " + std::to_string(info.blocks) + ": one has " + std::to_string(sources) +
                     " PDUs, at most " + std::to_string(most) + " of that size");
  return std::nullopt;
}

}  // namespace

Result<FecInfo> decode(const Fec& fec, std::uint16_t total) {
  if (fec.id != coded_fec_id) return error("unknown_fec", id_at);
  if (fec.parameters.size() != fec_parameter_octets)
    return bad(id_at - 1, "length of the FEC parameters", fec.parameters.size(), std::to_string(fec_parameter_octets));
  ByteReader in(fec.parameters);
  FecInfo info;
  info.message_octets = in.u32();
  info.symbol_octets = in.u16();
  info.blocks = in.u16();
  info.digest = in.u64();
  info.first = in.u16();
  info.last = in.u16();
  if (auto wrong = contradiction(info, total)) return *std::move(wrong);
  if (auto large = excess(info, total)) return *std::move(large);
  return info;
}

std::uint64_t message_digest(ByteView message) {
  static const auto table = crc_table();
  std::uint64_t crc = ~std::uint64_t{0};
  for (const auto octet : message) crc = table[(crc ^ octet) & 0xFF] ^ crc >> 8;
  return ~crc;
}

std::uint16_t blocks_for(std::size_t total, std::size_t symbol_octets) {
  const auto most = sources_at_most(symbol_octets);
  if (most == 0 || total == 0) return 0;
  const auto blocks = (total + most - 1) / most;
  // Less room above Total than a tenth of the message is not worth the trouble.
  if (limits::data_pdus - total < std::max(blocks, total / 10)) return 0;
  return static_cast<std::uint16_t>(blocks);
}

}  // namespace longwire::acp142
