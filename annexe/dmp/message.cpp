#include "annexe/dmp/parts.hpp"
#include "annexe/dmp/security.hpp"
#include "annexe/dmp/sic.hpp"
#include "annexe/dmp/times.hpp"
#include "annexe/inflate.hpp"
#include "base/limits.hpp"

namespace longwire::dmp::parts {

namespace {

constexpr std::uint8_t bit_authorizing = 2, bit_subject = 1;  // beside class and policy
constexpr unsigned format_reserved = 3;
constexpr std::uint8_t eit_most = 4;
constexpr unsigned compression_zlib = 1;
constexpr std::uint8_t dtg_absent = 0, expiry_absent = 0;

std::optional<Error> read_expiry(ByteReader& in, Message& out) {
  const auto at = in.offset();
  const auto code = in.u8();
  if (in.failed()) return error("truncated", in.offset(), "no expiry time");
  if (code == expiry_absent) return std::nullopt;
  out.expiry = read_age(code);
  if (!out.expiry) return error("bad_time", at, "reserved expiry time");
  return std::nullopt;
}

std::optional<Error> read_dtg_and_sics(ByteReader& in, Message& out) {
  const auto at = in.offset();
  const auto code = in.u8();
  if (in.failed()) return error("truncated", in.offset(), "no DTG");
  if ((code & 0x7FU) != dtg_absent) {
    out.dtg = read_dtg(code);
    if (!out.dtg) return error("bad_time", at, "reserved DTG");
  }
  auto sics = read_sics(in);
  if (!sics) return sics.error();
  out.sics = *std::move(sics);
  return std::nullopt;
}

// Expiry, and for military messages DTG and SICs.
bool write_attributes(ByteWriter& out, const Message& m) {
  std::uint8_t expiry = expiry_absent;
  if (m.expiry) {
    const auto code = age_code(*m.expiry, Rounding::up, 1);
    if (!code || *m.expiry < Duration::zero()) return false;
    expiry = *code;
  }
  out.u8(expiry);
  if (!m.military) return !m.dtg && m.sics.empty() && m.message_type == 0;
  std::uint8_t dtg = dtg_absent;
  if (m.dtg) {
    const auto code = dtg_code(*m.dtg);
    if (!code) return false;
    dtg = *code;
  }
  out.u8(dtg);
  return write_sics(out, m.sics);
}

}  // namespace

Result<Message> read_message(ByteReader& in, const Context& context, bool military) {
  const auto at = in.offset();
  const auto head = in.u8();
  Message out;
  out.military = military;
  out.message_type = military ? head >> 6 : 0;
  out.precedence = head >> 2 & 7U;
  const unsigned format = head & 3U;
  if (format == format_reserved) return error("bad_body", at, "body format 3 is reserved");
  auto security = read_security(in, context.version);
  if (!security) return security.error();
  out.security = std::move(security->security);
  out.authorizing_discarded = (security->low_bits & bit_authorizing) != 0;
  out.subject_discarded = (security->low_bits & bit_subject) != 0;
  if (const auto wrong = read_expiry(in, out)) return *wrong;
  if (military)
    if (const auto wrong = read_dtg_and_sics(in, out)) return *wrong;
  auto body = read_body(in, static_cast<BodyFormat>(format));
  if (!body) return body.error();
  out.body = *std::move(body);
  return out;
}

bool write_message(ByteWriter& out, int version, const Message& m) {
  if (m.message_type > 3 || m.precedence > 7) return false;
  out.u8(static_cast<std::uint8_t>(m.message_type << 6U | m.precedence << 2U | static_cast<unsigned>(m.body.format)));
  const unsigned low = (m.authorizing_discarded ? bit_authorizing : 0U) | (m.subject_discarded ? bit_subject : 0U);
  return write_security(out, version, m.security, low) && write_attributes(out, m) && write_body(out, m.body);
}

Result<Body> read_body(ByteReader& in, BodyFormat format) {
  Body out;
  out.format = format;
  if (format == BodyFormat::subject_and_text) {
    auto subject = read_text(in);
    if (!subject) return subject.error();
    out.subject = *std::move(subject);
  }
  if (format != BodyFormat::structured) {
    const auto at = in.offset();
    const auto head = in.u8();
    if (in.failed()) return error("truncated", in.offset(), "no body");
    out.eit = head >> 5;
    const unsigned compression = head >> 3 & 3U;
    if (out.eit > eit_most) return error("bad_body", at, "information type " + std::to_string(out.eit));
    if (compression > compression_zlib) return error("bad_body", at, "compression " + std::to_string(compression));
    out.compressed = compression == compression_zlib;
  }
  const auto at = in.offset();
  const auto data = in.rest();
  if (!out.compressed) {
    out.data.assign(data.begin(), data.end());
    return out;
  }
  auto inflated = annexe::inflate_zlib(data, limits::dmp_inflated_octets);
  if (!inflated) return error(inflated.error().name, at + inflated.error().offset, inflated.error().text);
  out.data = *std::move(inflated);
  return out;
}

bool write_body(ByteWriter& out, const Body& body) {
  switch (body.format) {
    case BodyFormat::structured:
      out.bytes(body.data);
      return body.subject.empty() && !body.compressed;
    case BodyFormat::subject_and_text:
      if (!write_text(out, body.subject)) return false;
      break;
    case BodyFormat::free_text:
      if (!body.subject.empty()) return false;
      break;
  }
  if (body.eit > eit_most) return false;
  out.u8(static_cast<std::uint8_t>(body.eit << 5U | (body.compressed ? compression_zlib << 3 : 0U)));
  if (!body.compressed) {
    out.bytes(body.data);
    return true;
  }
  if (body.data.size() > limits::dmp_inflated_octets) return false;
  out.bytes(annexe::deflate_zlib(body.data));
  return true;
}

}  // namespace longwire::dmp::parts
