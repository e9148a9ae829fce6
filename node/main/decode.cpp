// longwire decode: one JSON object per input, with the field names of tests/vectors.
#include "acp142/pdu.hpp"
#include "acp142/pdu_json.hpp"
#include "annexe/compressed_data_json.hpp"
#include "base/did_you_mean.hpp"
#include "base/text.hpp"
#include "mail/mule_json.hpp"
#include "node/main/commands.hpp"
#include "node/main/exit_code.hpp"

#include <boost/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

namespace longwire::commands {

namespace {

namespace json = boost::json;

struct Kind {
  std::string_view name;
  std::string_view help;
  Result<json::object> (*decode)(ByteView octets);
};

Result<json::object> decode_p_mul(ByteView octets) {
  const auto decoded = acp142::decode(octets);
  if (!decoded) return decoded.error();
  auto out = acp142::to_json(*decoded);
  // A message that fits one PDU can be read on the spot.
  if (const auto* data = std::get_if<acp142::DataPdu>(&decoded->pdu))
    if (const auto text = annexe::mule_text_of(data->octets)) out["mule_text"] = *text;
  return out;
}

Result<json::object> decode_cdt(ByteView octets) {
  const auto decoded = annexe::decode_compressed_data(octets);
  if (!decoded) return decoded.error();
  return annexe::to_json(*decoded);
}

Result<json::object> decode_mule(ByteView octets) {
  const auto payload = annexe::mule_payload_of(octets);
  if (!payload) return payload.error();
  const auto decoded = mail::decode_mule(*payload);
  if (!decoded) return decoded.error();
  return mail::to_json(*decoded);
}

// The formats this version reads. Further ones come with their folders.
constexpr std::array kinds{
    Kind{"p_mul", "a P_MUL PDU (ACP 142)", decode_p_mul},
    Kind{"cdt", "CompressedData (STANAG 4406 Annex E)", decode_cdt},
    Kind{"mule", "a MULE payload (RFC 8494), bare or in CompressedData", decode_mule},
};

json::object to_json(const Error& e) { return {{"error", e.name}, {"offset", e.offset}, {"text", e.text}}; }

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

Result<std::string> read_all(const std::string& file) {
  std::ifstream opened;
  std::error_code ignored;
  if (file != "-") {
    if (std::filesystem::is_directory(file, ignored)) return error("unreadable", 0, file + " is a directory");
    opened.open(file, std::ios::binary);
    if (!opened) return error("unreadable", 0, "cannot read " + file);
  }
  std::istream& in = file == "-" ? std::cin : opened;
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return error("unreadable", 0, "cannot read " + file);
  return text;
}

}  // namespace

std::vector<std::string> decode_kinds() {
  std::vector<std::string> names;
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
  const auto text = read_all(options.file);
  if (!text) {
    std::cerr << "longwire: " << text.error().text << "\n";
    return exit_usage;
  }
  bool all_good = true;
  const auto show = [&](const Result<Bytes>& octets) {
    const auto decoded = octets ? kind->decode(*octets) : Result<json::object>(octets.error());
    all_good = all_good && decoded;
    std::cout << (decoded ? *decoded : to_json(decoded.error())) << "\n";
  };
  if (!options.hex) show(to_bytes(*text));
  else
    for (const auto& hex : hex_inputs(*text, options.lines)) show(octets_of(hex));
  return all_good ? exit_yes : exit_no;
}

}  // namespace longwire::commands
