// Addresses and recipients of DMP (stanag4406.md 4.2, 4.3).
#pragma once

#include "annexe/dmp/pdu.hpp"

namespace longwire::dmp {

inline constexpr std::uint32_t direct_address_most = 524'287;  // 19 bits
inline constexpr std::size_t extended_address_most = 1023;     // 10 bits of length
inline constexpr int recipient_number_most = 32'767;

// Errors: truncated, bad_address. The writers give false for what has no form.
Result<Address> read_direct(ByteReader& in);
Result<Address> read_extended(ByteReader& in);
bool write_address(ByteWriter& out, const Address& address);  // direct or extended, as it is

// The originator with its form octet in extended addressing, bare in direct. Errors: truncated, bad_address.
struct Originator {
  Address address;
  std::optional<Address> second;  // the list, or a notification's intended recipient
};
Result<Originator> read_originator(ByteReader& in, int version, bool extended);
bool write_originator(ByteWriter& out, int version, bool extended, const Originator& originator);

// `previous`: the number of the recipient before, 0 at the start of a list; both set it on.
// Errors: truncated, bad_address, bad_recipient.
Result<Recipient> read_recipient(ByteReader& in, int version, bool extended, int& previous);
bool write_recipient(ByteWriter& out, int version, bool extended, const Recipient& recipient, int& previous);
// Whether the recipient can only be written in the extended form.
bool needs_extended(const Recipient& recipient);

}  // namespace longwire::dmp
