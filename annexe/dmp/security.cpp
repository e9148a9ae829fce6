#include "annexe/dmp/security.hpp"

#include <algorithm>
#include <array>

namespace longwire::dmp {

namespace {

constexpr std::uint8_t first_mask = 0xFC;
constexpr std::uint8_t country_follows = 0x3F;  // a permissive value

enum : std::uint8_t { last = 0, permissive = 1, restrictive = 2 };

bool structured(std::uint8_t policy) { return policy >= policy_nato && policy <= policy_extended_national; }
bool has_policy_octet(std::uint8_t policy) {
  return policy == policy_extended_national || policy == policy_extended_mission;
}

Error truncated(const ByteReader& in) { return error("truncated", in.offset(), "in the security octets"); }

Result<Categories> read_categories(ByteReader& in, int version, std::uint8_t policy) {
  Categories out;
  auto at = in.offset();
  auto octet = in.u8();
  if (in.failed()) return truncated(in);
  out.first = octet;
  if (version < 2 || !structured(policy)) return out;
  out.first &= first_mask;
  for (auto next = octet & 3U; next != last; next = octet & 3U) {
    if (next > restrictive) return error("bad_security", at, "category continuation 3 is reserved");
    at = in.offset();
    octet = in.u8();
    Categories::Continuation one;
    one.restrictive = next == restrictive;
    one.value = octet >> 2;
    if (!one.restrictive && one.value == country_follows) one.country = in.u8();
    if (in.failed()) return truncated(in);
    out.more.push_back(one);
  }
  return out;
}

bool write_categories(ByteWriter& out, int version, std::uint8_t policy, const Categories& c) {
  if (version < 2 || !structured(policy)) {
    out.u8(c.first);
    return c.more.empty();
  }
  if ((c.first & ~unsigned{first_mask} & 0xFFU) != 0) return false;
  const auto kind = [&c](std::size_t i) {
    if (i == c.more.size()) return last;
    return c.more[i].restrictive ? restrictive : permissive;
  };
  out.u8(static_cast<std::uint8_t>(c.first | kind(0)));
  for (std::size_t i = 0; i < c.more.size(); ++i) {
    const auto& one = c.more[i];
    const bool wants_country = !one.restrictive && one.value == country_follows;
    if (one.value > country_follows || wants_country != one.country.has_value()) return false;
    out.u8(static_cast<std::uint8_t>(one.value << 2U | kind(i + 1)));
    if (one.country) out.u8(*one.country);
  }
  return true;
}

struct Nation {
  std::uint8_t number;
  std::string_view name;
};
constexpr std::array nations{
    Nation{0x01, "bel"},  Nation{0x02, "bgr"}, Nation{0x03, "can"},  Nation{0x04, "cze"}, Nation{0x05, "dnk"},
    Nation{0x06, "est"},  Nation{0x07, "fra"}, Nation{0x08, "deu"},  Nation{0x09, "grc"}, Nation{0x0A, "hun"},
    Nation{0x0B, "isl"},  Nation{0x0C, "ita"}, Nation{0x0D, "lva"},  Nation{0x0E, "ltu"}, Nation{0x0F, "lux"},
    Nation{0x10, "nld"},  Nation{0x11, "nor"}, Nation{0x12, "pol"},  Nation{0x13, "prt"}, Nation{0x14, "rou"},
    Nation{0x15, "svk"},  Nation{0x16, "svn"}, Nation{0x17, "esp"},  Nation{0x18, "tur"}, Nation{0x19, "gbr"},
    Nation{0x1A, "usa"},  Nation{0x1B, "alb"}, Nation{0x1C, "hrv"},  Nation{0x20, "arm"}, Nation{0x21, "aut"},
    Nation{0x22, "aze"},  Nation{0x23, "blr"}, Nation{0x24, "bih"},  Nation{0x25, "fin"}, Nation{0x26, "mkd"},
    Nation{0x27, "geo"},  Nation{0x28, "irl"}, Nation{0x29, "kaz"},  Nation{0x2A, "kgz"}, Nation{0x2B, "mlt"},
    Nation{0x2C, "mda"},  Nation{0x2D, "mne"}, Nation{0x2E, "rus"},  Nation{0x2F, "srb"}, Nation{0x30, "swe"},
    Nation{0x31, "che"},  Nation{0x32, "tjk"}, Nation{0x33, "tkm"},  Nation{0x34, "ukr"}, Nation{0x35, "uzb"},
    Nation{0x3A, "EAPC"}, Nation{0x3B, "EU"},  Nation{0x3C, "ISAF"}, Nation{0x3D, "PfP"}, Nation{0x3E, "WEU"},
};

}  // namespace

Result<SecurityHead> read_security(ByteReader& in, int version) {
  const auto head = in.u8();
  SecurityHead out;
  out.low_bits = head & 3U;
  out.security.classification = head >> 5;
  out.security.policy = head >> 2 & 7U;
  if (has_policy_octet(out.security.policy)) out.security.nation_or_mission = in.u8();
  if (in.failed()) return truncated(in);
  auto categories = read_categories(in, version, out.security.policy);
  if (!categories) return categories.error();
  out.security.categories = *std::move(categories);
  return out;
}

bool write_security(ByteWriter& out, int version, const Security& security, unsigned low_bits) {
  if (security.classification > 7 || security.policy > 7 || low_bits > 3) return false;
  if (has_policy_octet(security.policy) != security.nation_or_mission.has_value()) return false;
  out.u8(static_cast<std::uint8_t>(security.classification << 5U | security.policy << 2U | low_bits));
  if (security.nation_or_mission) out.u8(*security.nation_or_mission);
  return write_categories(out, version, security.policy, security.categories.value_or(Categories{}));
}

std::string_view nation_name(std::uint8_t number) {
  const auto found =
      std::find_if(nations.begin(), nations.end(), [number](const auto& n) { return n.number == number; });
  return found == nations.end() ? std::string_view{} : found->name;
}

}  // namespace longwire::dmp
