#include "annexe/dmp/address.hpp"

namespace longwire::dmp {

namespace {

// Both two-bit requests use 3 for "the field goes on in a further octet" in direct addressing.
constexpr unsigned goes_on = 3;
constexpr std::uint8_t number_more = 0x80;

// Forms of a recipient in extended addressing (4.3), bits 7-5.
struct Form {
  bool p1, p1_extended, p2, p2_extended;
};
constexpr Form forms[] = {
    {true, false, false, false}, {false, false, true, false}, {true, true, false, false}, {false, false, true, true},
    {true, false, true, false},  {true, false, true, true},   {true, true, true, false},  {true, true, true, true},
};

Error truncated(const ByteReader& in) { return error("truncated", in.offset(), "in a recipient"); }

// Version 1 counts the recipients between, version 2 the distance.
int step(int version) { return version == 1 ? 1 : 0; }

std::optional<Error> set_number(Recipient& out, std::size_t at, unsigned offset, int version, int& previous) {
  const int number = previous + static_cast<int>(offset) + step(version);
  if (number <= previous) return error("bad_recipient", at, "recipient numbers must rise");
  if (number > recipient_number_most) return error("bad_recipient", at, "recipient number above 32767");
  out.number = previous = number;
  return std::nullopt;
}

std::optional<unsigned> offset_of(const Recipient& r, int version, int& previous) {
  const int offset = r.number - previous - step(version);
  if (r.number <= previous || r.number > recipient_number_most) return std::nullopt;
  previous = r.number;
  return static_cast<unsigned>(offset);
}

Result<Recipient> read_direct_form(ByteReader& in, int version, int& previous) {
  const auto at = in.offset();
  const auto a = in.u8();
  const auto b = in.u8();
  Recipient out;
  unsigned offset = a >> 4;
  unsigned report = a >> 2 & 3U;
  unsigned notification = a & 3U;
  std::uint32_t address = b & 0x7FU;
  out.action = (b & 0x80U) != 0;
  if (report == goes_on) {
    const auto c = in.u8();
    offset |= (c & 0x3FU) << 4;
    report = c >> 6;
    if (report == goes_on) {
      const auto d = in.u8();
      offset |= (d & 0x1FU) << 10;
      report = d >> 6;
    }
  }
  if (notification == goes_on) {
    const auto e = in.u8();
    address |= (e & 0x3FU) << 7;
    notification = e >> 6;
    if (notification == goes_on) {
      const auto f = in.u8();
      address |= (f & 0x3FU) << 13;
      notification = f >> 6;
    }
  }
  if (in.failed()) return truncated(in);
  if (report == goes_on || notification == goes_on) return error("bad_recipient", at, "request 3 is reserved");
  out.report = static_cast<Wanted>(report);
  out.notification = static_cast<Wanted>(notification);
  out.address.direct = address;
  if (const auto wrong = set_number(out, at, offset, version, previous)) return *wrong;
  return out;
}

Result<Recipient> read_extended_form(ByteReader& in, int version, int& previous) {
  const auto at = in.offset();
  const auto head = in.u8();
  const auto low = in.u8();
  unsigned offset = low & 0x7FU;
  if ((low & number_more) != 0) offset |= static_cast<unsigned>(in.u8()) << 7;
  if (in.failed()) return truncated(in);
  Recipient out;
  const unsigned report = head >> 2 & 3U;
  const unsigned notification = head & 3U;
  if (report == goes_on || notification == goes_on) return error("bad_recipient", at, "request 3 is reserved");
  out.action = (head & 0x10U) != 0;
  out.report = static_cast<Wanted>(report);
  out.notification = static_cast<Wanted>(notification);
  if (const auto wrong = set_number(out, at, offset, version, previous)) return *wrong;
  const auto& form = forms[head >> 5];
  if (form.p1) {
    auto address = form.p1_extended ? read_extended(in) : read_direct(in);
    if (!address) return address.error();
    out.address = *std::move(address);
  }
  if (form.p2) {
    auto address = form.p2_extended ? read_extended(in) : read_direct(in);
    if (!address) return address.error();
    out.p2_address = *std::move(address);
  }
  return out;
}

bool write_direct_form(ByteWriter& out, const Recipient& r, unsigned offset) {
  if (!r.address.direct || *r.address.direct > direct_address_most || r.p2_address) return false;
  const auto address = *r.address.direct;
  const auto report = static_cast<unsigned>(r.report);
  const auto notification = static_cast<unsigned>(r.notification);
  const bool offset_c = offset >> 4 != 0;
  const bool offset_d = offset >> 10 != 0;
  const bool address_e = address >> 7 != 0;
  const bool address_f = address >> 13 != 0;
  const auto octet = [&out](unsigned v) { out.u8(static_cast<std::uint8_t>(v)); };
  octet((offset & 15U) << 4 | (offset_c ? goes_on : report) << 2 | (address_e ? goes_on : notification));
  octet((r.action ? 0x80U : 0U) | (address & 0x7FU));
  if (offset_c) octet((offset_d ? goes_on : report) << 6 | (offset >> 4 & 0x3FU));
  if (offset_d) octet(report << 6 | offset >> 10);
  if (address_e) octet((address_f ? goes_on : notification) << 6 | (address >> 7 & 0x3FU));
  if (address_f) octet(notification << 6 | address >> 13);
  return true;
}

bool write_extended_form(ByteWriter& out, const Recipient& r, unsigned offset) {
  const Form wanted{!r.address.empty(), !r.address.empty() && !r.address.direct, r.p2_address.has_value(),
                    r.p2_address && !r.p2_address->direct};
  unsigned form = 0;
  for (; form < std::size(forms); ++form) {
    const auto& f = forms[form];
    if (f.p1 == wanted.p1 && f.p1_extended == wanted.p1_extended && f.p2 == wanted.p2 &&
        f.p2_extended == wanted.p2_extended)
      break;
  }
  if (form == std::size(forms)) return false;  // no address at all
  out.u8(static_cast<std::uint8_t>(form << 5 | (r.action ? 0x10U : 0U) | static_cast<unsigned>(r.report) << 2 |
                                   static_cast<unsigned>(r.notification)));
  out.u8(static_cast<std::uint8_t>((offset & 0x7FU) | (offset >> 7 != 0 ? number_more : 0U)));
  if (offset >> 7 != 0) out.u8(static_cast<std::uint8_t>(offset >> 7));
  return (!wanted.p1 || write_address(out, r.address)) && (!wanted.p2 || write_address(out, *r.p2_address));
}

}  // namespace

Result<Recipient> read_recipient(ByteReader& in, int version, bool extended, int& previous) {
  return extended ? read_extended_form(in, version, previous) : read_direct_form(in, version, previous);
}

bool write_recipient(ByteWriter& out, int version, bool extended, const Recipient& recipient, int& previous) {
  const auto offset = offset_of(recipient, version, previous);
  if (!offset) return false;
  return extended ? write_extended_form(out, recipient, *offset) : write_direct_form(out, recipient, *offset);
}

bool needs_extended(const Recipient& recipient) { return !recipient.address.direct || recipient.p2_address; }

}  // namespace longwire::dmp
