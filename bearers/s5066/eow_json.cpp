#include "bearers/s5066/eow_json.hpp"

#include "bearers/s5066/nibbles.hpp"

#include <array>

namespace longwire::s5066 {
namespace {

namespace json = boost::json;

constexpr std::array<unsigned, 12> rates{75, 150, 300, 600, 1200, 2400, 3200, 3600, 4800, 6400, 8000, 9600};
constexpr std::array<std::string_view, 4> interleavers{"none", "short", "long", "reserved"};
constexpr std::array<std::string_view, 4> responses{"accept", "refuse", "cancel", "confirm"};

// C.5.1: rate, interleaver, other.
json::value rate_of(std::uint8_t contents) {
  const auto rate = high_nibble(contents);
  return rate < rates.size() ? json::value(rates[rate]) : json::value(nullptr);
}
unsigned interleaver_of(std::uint8_t contents) { return contents >> 2 & 3U; }
unsigned other_of(std::uint8_t contents) { return contents & 3U; }

// C.5.2
json::value response_of(std::uint8_t contents) {
  const unsigned response = contents >> 5;
  return response < responses.size() ? json::value(responses[response]) : json::value(response);
}
unsigned reason_of(std::uint8_t contents) { return contents & 31U; }

void put_capability(json::object& out, std::uint8_t bits) {
  constexpr std::array<std::string_view, 8> names{"arcs",          "non_arcs_ale", "split_frequency", "full_duplex",
                                                  "extended_rate", "ms110",        "s4529",           "drc"};
  out["capability_bits"] = bits;
  for (unsigned bit = 0; bit < names.size(); ++bit) out[names[bit]] = has_bit(bits, bit) ? 1 : 0;
}

// C.5.5: waveform and channels here, rate and interleaver in the extended message.
void put_hdr(json::object& out, std::uint8_t contents, const Bytes* extended) {
  const auto channels = contents & 7U;
  out["waveform"] = contents >> 3;
  out["channels"] = channels == 0 ? 8 : channels;
  if (extended == nullptr || extended->size() != 6) return;
  ByteReader in(*extended);
  out["data_rate_bps"] = in.u32();
  out["interleaver_centiseconds"] = in.u16();
}

}  // namespace

void put_eow(json::object& out, Eow eow) {
  out["eow"] = eow.type << 8 | eow.contents;
  out["eow_type"] = eow.type;
  if (eow.type == 1) {
    out["eow_data_rate"] = high_nibble(eow.contents);
    out["eow_rate_bps"] = rate_of(eow.contents);
    out["eow_interleaver"] = interleaver_of(eow.contents);
    out["eow_other"] = other_of(eow.contents);
  } else if (eow.type == 2) {
    out["eow_response"] = response_of(eow.contents);
    out["eow_reason"] = reason_of(eow.contents);
  } else if (eow.type == 3) {
    out["offending_eow_type"] = low_nibble(eow.contents);
  } else if (eow.type == 4) {
    put_capability(out, eow.contents);
  }
}

void put_management_message(json::object& out, Eow eow, const Bytes* extended) {
  if (eow.type == 1) {
    out["rate_bps"] = rate_of(eow.contents);
    out["interleaver"] = interleavers[interleaver_of(eow.contents)];
    out["other"] = other_of(eow.contents);
  } else if (eow.type == 2) {
    out["response"] = response_of(eow.contents);
    out["reason"] = reason_of(eow.contents);
  } else if (eow.type == 7) {
    put_hdr(out, eow.contents, extended);
  }
}

}  // namespace longwire::s5066
