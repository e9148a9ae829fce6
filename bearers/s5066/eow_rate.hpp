// Data rates and interleavers in EOW messages of type 1 (C.5.1).
#pragma once

#include "bearers/modem/modem.hpp"
#include "bearers/s5066/d_pdu.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace longwire::s5066 {

namespace eow_type {
inline constexpr std::uint8_t none = 0, drc_request = 1, drc_response = 2, unrecognised = 3, capability = 4,
                              frequency_request = 5, frequency_response = 6, hdr_request = 7;
}
namespace drc_other {  // bits 1-0 of type 1
inline constexpr std::uint8_t request_independent = 0, request_equal = 1, advisory_independent = 2, advisory_equal = 3;
}
namespace drc_answer {  // bits 7-5 of type 2
inline constexpr std::uint8_t accept = 0, refuse = 1, cancel = 2, confirm = 3;
}
namespace drc_reason {  // bits 4-0 of type 2
inline constexpr std::uint8_t none = 0, equal_only = 1, not_rate = 2, not_interleaver = 3, neither = 4, conditions = 5;
}

inline constexpr std::array<std::uint32_t, 12> eow_rates{75,   150,  300,  600,  1200, 2400,
                                                         3200, 3600, 4800, 6400, 8000, 9600};

inline std::optional<Eow> drc_eow(modem::Waveform waveform, std::uint8_t other) {
  for (std::size_t i = 0; i < eow_rates.size(); ++i)
    if (eow_rates[i] == waveform.rate_bps)
      return Eow{eow_type::drc_request,
                 static_cast<std::uint8_t>(i << 4 | static_cast<std::size_t>(waveform.interleaver) << 2 | other)};
  return std::nullopt;  // not to be told by this message
}

inline std::optional<modem::Waveform> waveform_of(Eow eow) {
  const auto rate = eow.contents >> 4, interleaver = eow.contents >> 2 & 3;
  if (static_cast<std::size_t>(rate) >= eow_rates.size() || interleaver == 3) return std::nullopt;
  return modem::Waveform{eow_rates[static_cast<std::size_t>(rate)], static_cast<modem::Interleaver>(interleaver)};
}

constexpr Eow drc_response(std::uint8_t answer, std::uint8_t reason) {
  return {eow_type::drc_response, static_cast<std::uint8_t>(answer << 5 | reason)};
}

}  // namespace longwire::s5066
