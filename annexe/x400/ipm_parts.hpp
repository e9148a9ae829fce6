// The pieces of IPMS content that its readers and writers share: identifiers, descriptors, extensions, heading, body.
// Internal to annexe/x400; others use p772.hpp.
#pragma once

#include "annexe/x400/fields.hpp"
#include "annexe/x400/p772.hpp"

namespace longwire::x400 {

inline constexpr ber::Tag ipm_id_tag{ber::TagClass::application, 11, true};

// Readers take the element whatever its tag (it may be an implicit one). Errors: those of decode_p772.
Result<IpmId> read_ipm_id(const ber::Document& doc, std::size_t index);
Result<OrDescriptor> read_descriptor(const ber::Document& doc, std::size_t index);
Result<AddressList> read_address_list(const ber::Document& doc, std::size_t index);
Result<SecurityLabel> read_label(const ber::Document& doc, std::size_t index);
Result<HeadingExtension> read_extension(const ber::Document& doc, std::size_t index);
Result<Heading> read_heading(const ber::Document& doc, std::size_t index);
// depth: how many messages this one stands in.
Result<Ipm> read_ipm(const ber::Document& doc, std::size_t index, std::size_t depth);
Result<Ipn> read_ipn(const ber::Document& doc, std::size_t index);
Result<BodyPart> read_body_part(const ber::Document& doc, std::size_t index, std::size_t depth);

// An IPMSExtension taken apart; value: index of the element, nothing if there is none.
struct ExtensionAt {
  std::string oid;
  std::optional<std::size_t> value;
};
Result<ExtensionAt> split_extension(const ber::Document& doc, std::size_t index);

void write(ber::Writer& out, ber::Tag tag, const IpmId& id);
void write(ber::Writer& out, ber::Tag tag, const OrDescriptor& descriptor);
void write(ber::Writer& out, const AddressList& list);
// X.411 and P772 write the members of a label in the order of their definition; a signed ESS label must be DER, whose
// SETs go by tag.
enum class LabelOrder : std::uint8_t { definition, der };
void write(ber::Writer& out, const SecurityCategory& category);
void write(ber::Writer& out, ber::Tag tag, const SecurityLabel& label, LabelOrder order);
void write(ber::Writer& out, const HeadingExtension& extension);
void write(ber::Writer& out, const Heading& heading);
void write(ber::Writer& out, ber::Tag tag, const Ipm& message);
void write(ber::Writer& out, ber::Tag tag, const Ipn& notification);
void write(ber::Writer& out, const BodyPart& part);

// What is no OID is written as 0.0, so that the rest stays readable; decoded values never are that.
void put_oid(ber::Writer& out, ber::Tag tag, std::string_view oid);

template <class T>
void put_list(ber::Writer& out, ber::Tag tag, ber::Tag each, const std::vector<T>& list) {
  if (list.empty()) return;
  out.begin(tag);
  for (const auto& item : list) write(out, each, item);
  out.end();
}
// Elements that bring their own tag.
template <class T>
void put_list(ber::Writer& out, ber::Tag tag, const std::vector<T>& list) {
  if (list.empty()) return;
  out.begin(tag);
  for (const auto& item : list) write(out, item);
  out.end();
}
void put_strings(ber::Writer& out, ber::Tag tag, const std::vector<std::string>& list);

}  // namespace longwire::x400
