// Body parts identified by OID: which is which, and the contents of the military ones (stanag4406.md 3.3, 3.4).
// File transfer is in x400/file_transfer.hpp.
#pragma once

#include "annexe/x400/p772.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::x400 {

// One body part by itself, as application/x400-bp carries it (RFC 2157 3.2). Errors: those of decode_p772.
Result<BodyPart> decode_body_part(ByteView in);
Bytes encode_body_part(const BodyPart& part);

}  // namespace longwire::x400

namespace longwire::x400::body {

inline constexpr std::string_view et_general_text = "2.6.1.4.11";
inline constexpr std::string_view ep_general_text = "2.6.1.11.11";
inline constexpr std::string_view et_file_transfer = "2.6.1.4.12";
inline constexpr std::string_view ep_file_transfer = "2.6.1.11.12";

// Arc id-et of STANAG 4406.
inline constexpr std::string_view et_adatp3 = "1.3.26.0.4406.0.7.0";
inline constexpr std::string_view et_corrections = "1.3.26.0.4406.0.7.1";
inline constexpr std::string_view ep_adatp3 = "1.3.26.0.4406.0.7.2";
inline constexpr std::string_view ep_corrections = "1.3.26.0.4406.0.7.3";
inline constexpr std::string_view et_forwarded_encrypted = "1.3.26.0.4406.0.7.6";
inline constexpr std::string_view ep_forwarded_encrypted = "1.3.26.0.4406.0.7.7";
inline constexpr std::string_view et_mm_message = "1.3.26.0.4406.0.7.9";
inline constexpr std::string_view ep_mm_message = "1.3.26.0.4406.0.7.10";
inline constexpr std::string_view et_acp127_data = "1.3.26.0.4406.0.7.12";
inline constexpr std::string_view ep_acp127_data = "1.3.26.0.4406.0.7.13";

struct Adatp3 {
  bool set_oriented = false;
  std::vector<std::string> sets;  // line-oriented: one text with its line ends
  int parameters = 0;
  friend bool operator==(const Adatp3&, const Adatp3&) = default;
};
// corrections and acp127-data: an IA5String and a number.
struct Ia5Data {
  std::string text;
  int parameters = 0;
  friend bool operator==(const Ia5Data&, const Ia5Data&) = default;
};
struct ForwardedEncrypted {
  std::optional<Time> delivered;
  Bytes delivery_fields;  // complete BER of [1], empty = absent
  Bytes octets;           // of the BIT STRING
  friend bool operator==(const ForwardedEncrypted&, const ForwardedEncrypted&) = default;
};

Extended make_adatp3(const Adatp3& value);
Extended make_corrections(const Ia5Data& value);
Extended make_acp127_data(const Ia5Data& value);
Extended make_forwarded_encrypted(const ForwardedEncrypted& value);

// Errors: wrong_body_part if the data is of another OID; else those of decode_p772, offsets from the start of
// part.data or part.parameters.
Result<Adatp3> read_adatp3(const Extended& part);
Result<Ia5Data> read_corrections(const Extended& part);
Result<Ia5Data> read_acp127_data(const Extended& part);
Result<ForwardedEncrypted> read_forwarded_encrypted(const Extended& part);

}  // namespace longwire::x400::body
