// The pieces of IPMS content that its readers and writers share: identifiers, descriptors, extensions, heading, body.
// Internal to annexe/x400; others use p772.hpp.
#pragma once

#include "annexe/x400/p772.hpp"
#include "base/ber_fields.hpp"

namespace longwire::x400 {

using namespace ber;  // its typed readers are the vocabulary of this folder

inline constexpr ber::Tag ipm_id_tag{ber::TagClass::application, 11, true};

// Readers take the element whatever its tag (it may be an implicit one). Errors: those of decode_p772.
Result<IpmId> read_ipm_id(const ber::Document& doc, std::size_t index);
Result<OrDescriptor> read_descriptor(const ber::Document& doc, std::size_t index);
Result<AddressList> read_address_list(const ber::Document& doc, std::size_t index);
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
void write(ber::Writer& out, const HeadingExtension& extension);
void write(ber::Writer& out, const Heading& heading);
void write(ber::Writer& out, ber::Tag tag, const Ipm& message);
void write(ber::Writer& out, ber::Tag tag, const Ipn& notification);
void write(ber::Writer& out, const BodyPart& part);

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
