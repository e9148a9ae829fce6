// The pieces that P1 messages, probes and reports share; internal to annexe/x400, others use p1.hpp.
#pragma once

#include "annexe/x400/p1.hpp"
#include "base/ber_fields.hpp"

namespace longwire::x400 {

using namespace ber;  // its typed readers are the vocabulary of this folder

inline constexpr ber::Tag mts_id_tag{ber::TagClass::application, 4, true};
inline constexpr ber::Tag eits_tag{ber::TagClass::application, 5, true};
inline constexpr ber::Tag content_type_tag{ber::TagClass::application, 6, false};
inline constexpr ber::Tag priority_tag{ber::TagClass::application, 7, false};
inline constexpr ber::Tag indicators_tag{ber::TagClass::application, 8, false};
inline constexpr ber::Tag trace_tag{ber::TagClass::application, 9, true};
inline constexpr ber::Tag content_id_tag{ber::TagClass::application, 10, false};

// MTS-APDU (stanag4406.md 3).
inline constexpr std::uint32_t apdu_message = 0;
inline constexpr std::uint32_t apdu_report = 1;
inline constexpr std::uint32_t apdu_probe = 2;

// Readers of one element; errors as decode_p1.
Result<Eits> read_eits(const ber::Document& doc, std::size_t index);
Result<std::vector<TraceElement>> read_trace(const ber::Document& doc, std::size_t index);
Result<std::vector<ExtensionField>> read_extension_fields(const ber::Document& doc, std::size_t index);
Result<std::string> read_content_id(const ber::Document& doc, std::size_t index);
Result<int> read_recipient_number(const ber::Document& doc, std::size_t index);
Result<MessageEnvelope> read_message_envelope(const ber::Document& doc, std::size_t index);
Result<Probe> read_probe(const ber::Document& doc, std::size_t index);
Result<Report> read_report(const ber::Document& doc, std::size_t index);
// A CHOICE by its tag. False if it is not there.
bool take_content_type(Fields& in, const ber::Document& doc, std::size_t index, ContentType& into);

void write(ber::Writer& out, const Eits& eits);
void write(ber::Writer& out, const ContentType& type);
void write(ber::Writer& out, const TraceElement& element);
void write(ber::Writer& out, const std::vector<TraceElement>& trace);
void write_extension_fields(ber::Writer& out, std::uint32_t number, const std::vector<ExtensionField>& list);
void write(ber::Writer& out, ber::Tag tag, const MessageEnvelope& envelope);
void write(ber::Writer& out, const Probe& probe);
void write(ber::Writer& out, const Report& report);

}  // namespace longwire::x400
