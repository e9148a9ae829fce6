#include "annexe/dmp/address.hpp"

namespace longwire::dmp {

namespace {

constexpr std::uint8_t more = 0x80;
constexpr std::uint8_t form_length_extended = 7;
constexpr std::uint8_t form_per = 1;
constexpr std::size_t short_length = 31;

// The form octet of the originator in extended addressing (4.2), bits 7-5.
constexpr unsigned originator_second = 4;   // two addresses
constexpr unsigned first_is_extended = 2;   // of the first address, in both ranges
constexpr unsigned second_is_extended = 1;  // of the second, with originator_second

Error truncated(const ByteReader& in) { return error("truncated", in.offset(), "in an address"); }

bool write_direct(ByteWriter& out, std::uint32_t number) {
  if (number > direct_address_most) return false;
  const bool second = number >> 7 != 0;
  const bool third = number >> 13 != 0;
  out.u8(static_cast<std::uint8_t>((number & 0x7FU) | (second ? more : 0U)));
  if (second) out.u8(static_cast<std::uint8_t>((number >> 7 & 0x3FU) | (third ? more : 0U)));
  if (third) out.u8(static_cast<std::uint8_t>(number >> 13));
  return true;
}

bool write_extended(ByteWriter& out, const Address& address) {
  const auto length = address.extended.size();
  if (length == 0 || length > extended_address_most || address.form > form_per) return false;
  const auto low = static_cast<unsigned>(length & 0x1FU);
  const auto form = static_cast<unsigned>(address.form);
  if (length <= short_length) {
    out.u8(static_cast<std::uint8_t>(form << 5U | low));
  } else {
    out.u8(static_cast<std::uint8_t>(form_length_extended << 5U | low));
    out.u8(static_cast<std::uint8_t>(form << 5U | static_cast<unsigned>(length >> 5)));
  }
  out.bytes(address.extended);
  return true;
}

}  // namespace

Result<Address> read_direct(ByteReader& in) {
  const auto first = in.u8();
  std::uint32_t number = first & 0x7FU;
  if ((first & more) != 0) {
    const auto second = in.u8();
    number |= (second & 0x3FU) << 7;
    if ((second & more) != 0) number |= (in.u8() & 0x3FU) << 13;
  }
  if (in.failed()) return truncated(in);
  Address out;
  out.direct = number;
  return out;
}

Result<Address> read_extended(ByteReader& in) {
  const auto at = in.offset();
  const auto first = in.u8();
  Address out;
  out.form = first >> 5;
  std::size_t length = first & 0x1FU;
  if (out.form == form_length_extended) {
    const auto second = in.u8();
    out.form = second >> 5;
    length |= (second & 0x1FU) << 5;
  }
  if (in.failed()) return truncated(in);
  if (out.form > form_per) return error("bad_address", at, "form " + std::to_string(out.form) + " is reserved");
  if (length == 0) return error("bad_address", at, "an empty name");
  const auto octets = in.take(length);
  if (in.failed()) return truncated(in);
  out.extended.assign(octets.begin(), octets.end());
  return out;
}

bool write_address(ByteWriter& out, const Address& address) {
  return address.direct ? write_direct(out, *address.direct) : write_extended(out, address);
}

Result<Originator> read_originator(ByteReader& in, int version, bool extended) {
  Originator out;
  if (!extended) {
    auto only = read_direct(in);
    if (!only) return only.error();
    out.address = *std::move(only);
    return out;
  }
  const auto at = in.offset();
  const unsigned form = in.u8() >> 5U;
  if (in.failed()) return truncated(in);
  const bool second = (form & originator_second) != 0;
  if (second ? version < 2 : form % 2 != 0)
    return error("bad_address", at, "originator form " + std::to_string(form) + " is reserved");
  auto address = (form & first_is_extended) != 0 ? read_extended(in) : read_direct(in);
  if (!address) return address.error();
  out.address = *std::move(address);
  if (!second) return out;
  auto other = (form & second_is_extended) != 0 ? read_extended(in) : read_direct(in);
  if (!other) return other.error();
  out.second = *std::move(other);
  return out;
}

bool write_originator(ByteWriter& out, int version, bool extended, const Originator& originator) {
  if (!extended) return originator.address.direct && !originator.second && write_address(out, originator.address);
  if (originator.second && version < 2) return false;
  unsigned form = originator.address.direct ? 0 : first_is_extended;
  if (originator.second) form |= originator_second | (originator.second->direct ? 0 : second_is_extended);
  out.u8(static_cast<std::uint8_t>(form << 5));
  return write_address(out, originator.address) && (!originator.second || write_address(out, *originator.second));
}

}  // namespace longwire::dmp
