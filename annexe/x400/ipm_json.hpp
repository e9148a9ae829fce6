// The pieces of IPMS content as JSON; internal to annexe/x400, others use p772_json.hpp.
#pragma once

#include "annexe/x400/p772.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace longwire::x400 {

boost::json::object or_name_json(const OrName& name);
boost::json::object ipm_id_json(const IpmId& id);
boost::json::object descriptor_json(const OrDescriptor& descriptor);
boost::json::object address_list_json(const AddressList& list);
boost::json::object label_json(const SecurityLabel& label);
boost::json::object mmhs_json(const MmhsExtensions& mmhs);
boost::json::object heading_json(const Heading& heading);
boost::json::array extensions_json(const std::vector<HeadingExtension>& list);
boost::json::array body_json(const std::vector<BodyPart>& body);
boost::json::object ipm_json(const Ipm& message);
boost::json::object eits_json(const Eits& eits);
// nn, pn, tn of extensions 15 and 16.
boost::json::array acp127_json(std::uint8_t bits);

// Octets as text: ASCII as it is, what is above read as ISO 8859-1.

template <class T, class ToJson>
boost::json::array list_json(const std::vector<T>& list, ToJson to) {
  boost::json::array out;
  for (const auto& item : list) out.emplace_back(to(item));
  return out;
}
// Sets a member unless there is nothing to say.
template <class T, class ToJson>
void put_list(boost::json::object& out, std::string_view name, const std::vector<T>& list, ToJson to) {
  if (!list.empty()) out[name] = list_json(list, to);
}
void put_text(boost::json::object& out, std::string_view name, const std::string& text);
void put_hex(boost::json::object& out, std::string_view name, ByteView octets);
void put_number(boost::json::object& out, std::string_view name, std::optional<std::int64_t> number);
void put_time(boost::json::object& out, std::string_view name, const std::optional<Time>& time);

}  // namespace longwire::x400
