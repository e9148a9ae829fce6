// Notifications and dispositions: one table for both directions (stanag4406.md 6.13). Internal to annexe/gateway.
#pragma once

#include "annexe/gateway/gateway.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire::gateway {

// Fields beside the disposition, extension fields of RFC 8098 3.1.
inline constexpr std::string_view receipt_time_field = "X400-Receipt-Time";
inline constexpr std::string_view supplementary_field = "X400-Supplementary-Info";
inline constexpr std::string_view discard_reason_field = "X400-Discard-Reason";
inline constexpr std::string_view comment_field = "X400-Auto-Forward-Comment";
inline constexpr std::string_view acp127_type_field = "X400-Acp127-Notification";
inline constexpr std::string_view acp127_recipient_field = "X400-Acp127-Recipient";
inline constexpr std::string_view acp127_list_field = "X400-Acp127-Address-List";

inline constexpr std::uint8_t acp127_negative = 0x80;  // nn
inline constexpr std::uint8_t acp127_positive = 0x40;  // pn
inline constexpr std::uint8_t acp127_transfer = 0x20;  // tn

// "manual-action/MDN-sent-manually; displayed"
std::string disposition_of(const x400::Ipn& ipn);
// The outcome such a value stands for, without what only other fields say. nullopt: none an IPN has.
std::optional<decltype(x400::Ipn::outcome)> outcome_of(std::string_view disposition);

std::string acp127_words(std::uint8_t type);  // "pn, tn"
std::optional<std::uint8_t> parse_acp127_words(std::string_view words);

// "primary; <list@domain>; notification=1; reply=0"
std::string format_address_list(const x400::AddressList& list, const Settings& settings);
std::optional<x400::AddressList> parse_address_list(std::string_view text, const Settings& settings);

}  // namespace longwire::gateway
