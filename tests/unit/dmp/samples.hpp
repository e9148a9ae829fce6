// What several tests of DMP start from.
#pragma once

#include "annexe/dmp/pdu.hpp"
#include "tests/unit/vectors.hpp"

#include <array>

namespace longwire::dmp::test {

inline constexpr Time noon = from_unix(1'795'262'400);  // 2026-11-21T12:00:00Z, of every vector

inline constexpr std::array vectors{
    "20-dmp-v2-message",
    "21-dmp-v2-short-id-compressed",
    "22-dmp-v2-extended-addr",
    "23-dmp-v1-message",
    "24-dmp-ipm",
    "25-dmp-x400-ids",
    "26-dmp-extensions-structured",
    "27-dmp-report",
    "28-dmp-notification-rn",
    "29-dmp-notification-nrn",
    "30-dmp-notification-on",
    "31-dmp-ack",
    "32-dmp-nack-recipients",
};

inline Bytes vector(const std::string& name) { return longwire::test::read_hex_vector("dmp/" + name + ".hex"); }

inline Pdu pdu_of(const std::string& name) { return std::get<Pdu>(decode(vector(name), noon).value()); }

inline Recipient direct_recipient(int number, std::uint32_t address) {
  Recipient r;
  r.number = number;
  r.address.direct = address;
  return r;
}

// A short military message to one direct address.
inline Pdu plain_message(std::uint16_t id = 4242, std::string_view text = "ENEMY IN SIGHT") {
  Pdu out;
  out.envelope.id = id;
  out.envelope.submission = noon;
  out.envelope.originator.emplace();
  out.envelope.originator->direct = 5;
  out.envelope.recipients = {direct_recipient(1, 17)};
  Message m;
  m.precedence = 3;
  m.security.classification = 1;
  m.security.categories.emplace();
  m.sics = {"ABC"};
  m.body.data = to_bytes(text);
  out.content = m;
  return out;
}

inline std::string_view error_of(ByteView octets) {
  const auto decoded = decode(octets, noon);
  return decoded ? std::string_view{} : decoded.error().name;
}

}  // namespace longwire::dmp::test
