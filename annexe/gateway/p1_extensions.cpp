#include "annexe/gateway/p1_extensions.hpp"

#include "base/ber_reader.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

x400::ExtensionField extension(int standard, ber::Writer& value) {
  x400::ExtensionField out;
  out.standard = standard;
  out.value = value.finish();
  return out;
}

template <class Read>
auto read_value(const x400::ExtensionField& e, Read read) -> decltype(read(std::declval<const ber::Document&>())) {
  const auto doc = ber::Document::read(e.value);
  if (!doc) return {};
  return read(*doc);
}

template <class T>
std::optional<T> value_of(Result<T> result) {
  return result ? std::optional<T>(*std::move(result)) : std::nullopt;
}

}  // namespace

const x400::ExtensionField* find_extension(const std::vector<x400::ExtensionField>& list, int standard) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& e) { return e.standard == standard; });
  return found == list.end() ? nullptr : &*found;
}

x400::ExtensionField enumerated_extension(int standard, int value) {
  ber::Writer out;
  out.integer(ber::enumerated_tag, value);
  return extension(standard, out);
}

x400::ExtensionField time_extension(int standard, Time value) {
  ber::Writer out;
  ber::put_utc_time(out, ber::utc_time_tag, value);
  return extension(standard, out);
}

x400::ExtensionField text_extension(int standard, std::string_view ia5) {
  ber::Writer out;
  ber::put_text(out, ber::ia5_string_tag, ia5);
  return extension(standard, out);
}

x400::ExtensionField name_extension(int standard, const x400::OrName& name) {
  ber::Writer out;
  x400::write(out, ber::sequence_tag, name);  // an ORAddress, without the tag of ORName
  return extension(standard, out);
}

std::optional<int> enumerated_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) { return value_of(ber::small_integer(doc, 0)); });
}

std::optional<Time> time_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) { return value_of(ber::utc_time(doc, 0)); });
}

std::optional<std::string> text_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) {
    // content-correlator is CHOICE { ia5text, octets } in X.411 (1996): either is a string.
    return value_of(ber::text(doc, 0));
  });
}

std::optional<x400::OrName> name_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) { return value_of(x400::read_or_name(doc, 0)); });
}

x400::ExtensionField history_extension(const std::vector<NameAndTime>& history) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto& h : history) {
    out.begin(ber::sequence_tag);
    x400::write(out, x400::or_name_tag, h.name);
    ber::put_utc_time(out, ber::utc_time_tag, h.time);
    out.end();
  }
  out.end();
  return extension(x400::ext_dl_expansion_history, out);
}

std::optional<std::vector<NameAndTime>> history_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) -> std::optional<std::vector<NameAndTime>> {
    std::vector<NameAndTime> out;
    for (const auto element : doc.children(0)) {
      const auto parts = doc.children(element);
      if (parts.size() < 2) return std::nullopt;
      const auto name = x400::read_or_name(doc, parts[0]);
      const auto time = ber::utc_time(doc, parts[1]);
      if (!name || !time) return std::nullopt;
      out.push_back({*name, *time});
    }
    return out;
  });
}

x400::ExtensionField redirection_extension(const std::vector<Redirection>& history) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto& r : history) {
    out.begin(ber::sequence_tag);
    out.begin(ber::sequence_tag);
    x400::write(out, x400::or_name_tag, r.intended);
    ber::put_utc_time(out, ber::utc_time_tag, r.time);
    out.end();
    out.integer(ber::enumerated_tag, r.reason);
    out.end();
  }
  out.end();
  return extension(x400::ext_redirection_history, out);
}

std::optional<std::vector<Redirection>> redirection_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) -> std::optional<std::vector<Redirection>> {
    std::vector<Redirection> out;
    for (const auto element : doc.children(0)) {
      const auto parts = doc.children(element);
      const auto intended = parts.size() == 2 ? doc.children(parts[0]) : std::vector<std::size_t>{};
      if (intended.size() != 2) return std::nullopt;
      const auto name = x400::read_or_name(doc, intended[0]);
      const auto time = ber::utc_time(doc, intended[1]);
      const auto reason = ber::small_integer(doc, parts[1]);
      if (!name || !time || !reason) return std::nullopt;
      out.push_back({*name, *time, *reason});
    }
    return out;
  });
}

std::vector<InternalTrace> internal_trace_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) {
    std::vector<InternalTrace> out;
    for (const auto element : doc.children(0)) {
      const auto parts = doc.children(element);
      if (parts.size() < 3) continue;
      ber::Members supplied(doc, parts[2]);
      const auto arrival = supplied.take(ber::TagClass::context, 0);
      const auto domain = x400::read_domain_id(doc, parts[0]);
      const auto mta = ber::text(doc, parts[1]);
      const auto time = arrival ? ber::utc_time(doc, *arrival) : Result<Time>(error("missing_element"));
      if (domain && mta && time) out.push_back({*domain, *mta, *time});
    }
    return out;
  });
}

std::vector<x400::OrName> names_value(const x400::ExtensionField& e) {
  return read_value(e, [](const ber::Document& doc) {
    std::vector<x400::OrName> out;
    for (const auto element : doc.children(0))
      if (auto name = x400::read_or_name(doc, element)) out.push_back(*std::move(name));
    return out;
  });
}

std::string name_of(const x400::ExtensionField& e) {
  return e.standard >= 0 ? std::to_string(e.standard) : e.private_oid;
}

}  // namespace longwire::gateway
