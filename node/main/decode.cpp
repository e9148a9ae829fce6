// longwire decode: one JSON object per input, with the field names of tests/vectors.
#include "acp142/pdu.hpp"
#include "acp142/pdu_json.hpp"
#include "annexe/acp127/acp127_json.hpp"
#include "annexe/acp127/format_lines.hpp"
#include "annexe/acp127/ita2.hpp"
#include "annexe/compressed_data_json.hpp"
#include "annexe/dmp/dmp_json.hpp"
#include "annexe/x400/p1_json.hpp"
#include "annexe/x400/p772_json.hpp"
#include "base/did_you_mean.hpp"
#include "base/text.hpp"
#include "bearers/s5066/d_pdu_json.hpp"
#include "bearers/s5066/primitive_frame.hpp"
#include "bearers/s5066/primitive_json.hpp"
#include "crypto/cms/cms_json.hpp"
#include "crypto/labels/label_json.hpp"
#include "crypto/smime/entity.hpp"
#include "crypto/x509/pem.hpp"
#include "mail/mule_json.hpp"
#include "node/main/commands.hpp"
#include "node/main/exit_code.hpp"
#include "node/main/input_file.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <sstream>

namespace longwire::commands {

namespace {

namespace json = boost::json;

// `begin`: where the octets that were decoded begin in the input.
json::object to_json(const Error& e, std::size_t begin = 0) {
  return {{"error", e.name}, {"offset", begin + e.offset}, {"text", e.text}};
}

struct Kind {
  std::string_view name;
  std::string_view help;
  Result<json::object> (*decode)(ByteView octets);
  // Octets of the first PDU, where several may follow each other; unset: an input is one PDU.
  std::size_t (*length)(ByteView octets) = nullptr;
  // With the time when it was received, where a format counts times from there.
  Result<json::object> (*decode_at)(ByteView octets, Time now) = nullptr;
};

Result<json::object> decode_p_mul(ByteView octets) {
  const auto decoded = acp142::decode(octets);
  if (!decoded) return decoded.error();
  auto out = acp142::to_json(*decoded);
  // The PDU is good as one of the standard, and who does not decode takes it as such.
  if (const auto* code = out.if_contains("code"); code != nullptr && code->as_object().contains("error")) {
    auto wrong = code->as_object();
    out.erase("code");
    wrong["p_mul"] = std::move(out);
    return wrong;
  }
  // A message that fits one PDU can be read on the spot.
  if (const auto* data = std::get_if<acp142::DataPdu>(&decoded->pdu))
    if (const auto text = annexe::mule_text_of(data->octets)) out["mule_text"] = *text;
  return out;
}

Result<json::object> decode_cdt(ByteView octets) {
  const auto decoded = annexe::decode_compressed_data(octets);
  if (!decoded) return decoded.error();
  auto out = annexe::to_json(*decoded);
  // What is inside is shown where it can be read; the wrapping is good in any case.
  const auto show = [&out](std::string_view member, const auto& inner) {
    out[member] = inner ? x400::to_json(*inner) : to_json(inner.error());
  };
  if (decoded->content_type == annexe::content_type_p1) show("p1", x400::decode_p1(decoded->content));
  if (decoded->content_type_oid == x400::content_p772_oid) show("p772", x400::decode_p772(decoded->content));
  return out;
}

Result<json::object> decode_mule(ByteView octets) {
  const auto payload = annexe::mule_payload_of(octets);
  if (!payload) return payload.error();
  const auto decoded = mail::decode_mule(*payload);
  if (!decoded) return decoded.error();
  return mail::to_json(*decoded);
}

Result<json::object> decode_p1(ByteView octets) {
  const auto decoded = x400::decode_p1(octets);
  if (!decoded) return decoded.error();
  return x400::to_json(*decoded);
}

Result<json::object> decode_p772(ByteView octets) {
  const auto decoded = x400::decode_p772(octets);
  if (!decoded) return decoded.error();
  return x400::to_json(*decoded);
}

Result<json::object> decode_sis(ByteView octets) {
  const auto decoded = s5066::decode_primitive(octets);
  if (!decoded) return decoded.error();
  return s5066::to_json(decoded->primitive);
}

std::size_t sis_length(ByteView octets) {
  const auto length = s5066::frame_length(octets);
  return length ? std::min(*length, octets.size()) : octets.size();
}

// A good header is worth reading whatever its segment (C.3.2.8 (5)): the fields are told with the error.
Result<json::object> decode_d_pdu(ByteView octets) {
  const auto decoded = s5066::decode_d_pdu(octets);
  if (!decoded) return decoded.error();
  auto fields = s5066::to_json(decoded->pdu, octets);
  const auto* segment = s5066::segment_of(decoded->pdu);
  if (segment == nullptr || segment->crc_ok) return fields;
  auto out = to_json(error("bad_segment_crc", octets.size() - s5066::segment_crc_octets, "CRC-32 of the segment"));
  out["d_pdu"] = std::move(fields);
  return out;
}

std::size_t d_pdu_length(ByteView octets) {
  const auto decoded = s5066::decode_d_pdu(octets);
  return decoded ? decoded->length : octets.size();
}

Result<json::object> decode_acp127(ByteView octets) {
  const auto decoded = acp127::parse(as_text(octets));
  if (!decoded) return decoded.error();
  return acp127::to_json(*decoded);
}

// To the end of the line NNNN, and the line feeds, blanks and fillers that teleprinters send behind it.
std::size_t acp127_length(ByteView octets) {
  const auto text = as_text(octets);
  for (auto at = text.find(acp127::end_of_message); at != std::string_view::npos;
       at = text.find(acp127::end_of_message, at + 1)) {
    if (at != 0 && text[at - 1] != '\n' && text[at - 1] != '\r') continue;
    auto end = std::min(text.find('\n', at), text.size());
    end = text.find_first_not_of(std::string_view("\r\n \t\0\x7F", 6), end);
    return std::min(end, text.size());
  }
  return octets.size();
}

// Offsets of errors are those of the text, not of the codes.
Result<json::object> decode_acp127_ita2(ByteView octets) {
  return decode_acp127(as_bytes(acp127::decode_ita2(octets)));
}

Result<json::object> decode_dmp(ByteView octets) {
  const auto decoded = dmp::decode(octets, Time{});
  if (!decoded) return decoded.error();
  return dmp::to_json(*decoded, std::nullopt);
}

Result<json::object> decode_dmp_at(ByteView octets, Time now) {
  const auto decoded = dmp::decode(octets, now);
  if (!decoded) return decoded.error();
  return dmp::to_json(*decoded, now);
}

// A ContentInfo in DER or PEM, or the one a mail or MIME entity holds.
Result<json::object> decode_cms(ByteView octets) {
  const auto show = [](ByteView info) {
    return crypto::cms::content_info_json(info,
                                          [](const SecurityLabel& label) { return crypto::labels::to_json(label); });
  };
  if (crypto::is_pem(octets)) {
    const auto blocks = crypto::read_pem(octets);
    if (!blocks) return blocks.error();
    return show(blocks->front().octets);
  }
  if (octets.empty() || octets[0] == 0x30) return show(octets);
  const auto found = crypto::smime::find(octets);
  if (!found) return found.error();
  if (found->kind == crypto::smime::Kind::none) return error("bad_smime", 0, "no S/MIME, and neither DER nor PEM");
  return show(found->cms);
}

Result<json::object> decode_certificate(ByteView octets) {
  const auto certificates = crypto::read_certificates(octets);
  if (!certificates) return certificates.error();
  return crypto::cms::certificate_json(*certificates->front());
}

// The formats this version reads. Further ones come with their folders.
constexpr std::array kinds{
    Kind{"p_mul", "a P_MUL PDU (ACP 142)", decode_p_mul},
    Kind{"cdt", "CompressedData (STANAG 4406 Annex E)", decode_cdt},
    Kind{"mule", "a MULE payload (RFC 8494), bare or in CompressedData", decode_mule},
    Kind{"acp127", "ACP 127 messages in IA5, FL1 to NNNN", decode_acp127, acp127_length},
    Kind{"acp127-ita2", "one in ITA2, a five-unit code an octet", decode_acp127_ita2},
    Kind{"p1", "an MTS-APDU: message, report or probe (X.411)", decode_p1},
    Kind{"p772", "P772, P22 or P2 content (STANAG 4406, X.420)", decode_p772},
    Kind{"dmp", "a DMP datagram (STANAG 4406 Annex E)", decode_dmp, nullptr, decode_dmp_at},
    Kind{"sis", "S_PRIMITIVEs (STANAG 5066 Annex A)", decode_sis, sis_length},
    Kind{"cms", "a CMS object: signed, enveloped, ... (RFC 5652); DER, PEM or a mail", decode_cms},
    Kind{"certificate", "an X.509 certificate, DER or PEM; of several the first", decode_certificate},
    Kind{"label", "a security label or clearance: ESS, X.411, STANAG 4774, SIO-Label",
         crypto::labels::decode_label_json},
    Kind{"dpdu", "D_PDUs with their sync (STANAG 5066 Annex C)", decode_d_pdu, d_pdu_length},
};

// Hex inputs: one, in as many lines as it likes; blank lines separate several; '#' begins a remark.
std::vector<std::string> hex_inputs(const std::string& text, bool every_line) {
  std::vector<std::string> inputs(1);
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    line = line.substr(0, line.find('#'));
    const bool blank = trim(line).empty();
    if ((blank || every_line) && !inputs.back().empty()) inputs.emplace_back();
    if (!blank) inputs.back() += line + "\n";
  }
  if (inputs.size() > 1 && inputs.back().empty()) inputs.pop_back();
  return inputs;
}

Result<Bytes> octets_of(const std::string& hex) {
  if (auto octets = from_hex(hex)) return std::move(*octets);
  const auto at = hex.find_first_not_of("0123456789abcdefABCDEF \t\r\n");
  return error("bad_hex", at == std::string::npos ? hex.size() : at,
               "not pairs of hex digits; accepted is \"001c 0600 ...\" with or without white space");
}

// Prints the PDUs of one input up to the first that is wrong: behind that no border is known.
bool show_input(const Kind& kind, const Result<Bytes>& octets, std::optional<Time> now) {
  if (!octets) {
    std::cout << to_json(octets.error()) << "\n";
    return false;
  }
  bool all_good = true;
  ByteView rest = *octets;
  do {
    const auto begin = octets->size() - rest.size();
    const auto length = kind.length != nullptr ? kind.length(rest) : rest.size();
    auto decoded = now ? kind.decode_at(rest.first(length), *now) : kind.decode(rest.first(length));
    const bool good = decoded && !decoded->contains("error");
    if (decoded && !good) (*decoded)["offset"] = begin + decoded->at("offset").to_number<std::size_t>();
    std::cout << (decoded ? *decoded : to_json(decoded.error(), begin)) << "\n";
    all_good = all_good && good;
    rest = rest.subspan(length);
  } while (!rest.empty());
  return all_good;
}

}  // namespace

std::vector<std::string> decode_kinds() {
  std::vector<std::string> names;
  names.reserve(kinds.size());
  for (const auto& k : kinds) names.push_back(std::string(k.name) + ": " + std::string(k.help));
  return names;
}

int decode(const DecodeOptions& options) {
  const Kind* kind = nullptr;
  std::vector<std::string_view> known;
  for (const auto& k : kinds) {
    known.push_back(k.name);
    if (k.name == options.kind) kind = &k;
  }
  if (kind == nullptr) {
    std::cerr << "longwire: unknown KIND '" << options.kind << "'" << did_you_mean(options.kind, known)
              << "; this version decodes:";
    for (const auto k : known) std::cerr << " " << k;
    std::cerr << "\n";
    return exit_usage;
  }
  const auto now = options.now.empty() ? std::nullopt : parse_utc(options.now);
  if (!options.now.empty() && (!now || kind->decode_at == nullptr)) {
    std::cerr << "longwire: --now is " << (now ? "not for " + options.kind : "a time such as 2026-11-21T12:00:00Z")
              << "\n";
    return exit_usage;
  }
  const auto input = read_octets(options.file);
  if (!input) {
    std::cerr << "longwire: " << input.error().text << "\n";
    return exit_usage;
  }
  bool all_good = true;
  const auto show = [&](const Result<Bytes>& octets) { all_good = show_input(*kind, octets, now) && all_good; };
  if (!options.hex) show(input);
  else
    for (const auto& hex : hex_inputs(std::string(as_text(*input)), options.lines)) show(octets_of(hex));
  return all_good ? exit_yes : exit_no;
}

}  // namespace longwire::commands
