// Value: one TOML value being read into a configuration member. Every reader either sets its
// target or records one problem at the value's place.
#pragma once

#include "node/config/file_access.hpp"
#include "node/config/problem.hpp"
#include "node/engine/config.hpp"

#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace longwire::config {

class Value;

// One key of one table. The arrays of these (schema.hpp) are the whole grammar of the file: the
// reader, the reference and the sample all come from them.
template <class T>
struct Field {
  std::string_view name;
  std::string_view type;      // as the reference prints it
  std::string_view fallback;  // what holds without the key; "required" when there is none
  std::string_view sample;    // TOML text of an example value; empty for tables
  std::string_view help;
  void (*read)(const Value&, T&);
  bool required() const { return fallback == "required"; }
};

// What one run collects. places: "bearer[1].rate" -> where that value stands.
struct Reading {
  std::string file;
  Problems problems;
  std::map<std::string, toml::source_region, std::less<>> places;
  bool host_keys_optional = false;
  FileAccess files;
  std::string node_prefix = "node.";  // empty when the keys of [node] stand beside the sections

  void error(const toml::source_region& where, std::string text);
  void warning(const toml::source_region& where, std::string text);
  bool has(std::string_view path) const { return places.find(path) != places.end(); }
  // Of the value, or of the nearest enclosing one that has a place.
  toml::source_region place(std::string_view path) const;
  // A `value` that another place of `seen` has already is an error at `path`, which names the line of the first.
  template <class Key>
  void unique(std::map<Key, std::string>& seen, const Key& value, const std::string& path, const std::string& shown) {
    const auto [first, is_new] = seen.emplace(value, path);
    if (!is_new)
      error(place(path), shown + " is used before, in line " + std::to_string(place(first->second).begin.line));
  }
};

class Value {
 public:
  Value(Reading& reading, const toml::node& node, std::string path)
      : r_(reading), node_(node), path_(std::move(path)) {}

  void boolean(bool& out) const;
  void boolean(std::optional<bool>& out) const;
  void text(std::string& out) const;                                 // not empty
  void name(std::string& out) const;                                 // letters, digits, '.', '_', '-'
  void domain(std::string& out) const;                               // lower-cased
  void domains(std::vector<std::string>& out, bool patterns) const;  // patterns: "*", ".example"
  void names(std::vector<std::string>& out) const;
  void elements(std::string_view wanted, const std::function<void(const Value&)>& f) const;  // of an array
  void choice(std::span<const std::string_view> words, std::string& out) const;
  void precedence(Precedence& out) const;
  void precedence(std::optional<Precedence>& out) const;
  void size(std::uint64_t& out, std::uint64_t least, std::uint64_t most) const;
  template <class Number>
  void number(Number& out, std::uint64_t least, std::uint64_t most) const {
    if (const auto v = integer(least, most)) out = static_cast<Number>(*v);
  }
  template <class Number>
  void number(std::optional<Number>& out, std::uint64_t least, std::uint64_t most) const {
    if (const auto v = integer(least, most)) out = static_cast<Number>(*v);
  }
  void fraction(std::optional<double>& out, double least, double most) const;
  void rate(std::uint64_t& out) const;  // bit/s, above zero
  void rates(std::vector<std::uint64_t>& out) const;
  void duration(Duration& out) const;
  void duration(std::optional<Duration>& out) const;
  void ipv4(Ipv4& out) const;
  void ipv4(std::optional<Ipv4>& out) const;
  void s5066_address(std::optional<Ipv4>& out) const;  // s5066::to_bearer_address()
  void pmul_id(PmulId& out) const;
  void network(std::string& out) const;  // "10.1.0.0/16", "::1/128", or one address
  void endpoint(std::optional<engine::Endpoint>& out, bool unix_too) const;
  void endpoints(std::vector<engine::Endpoint>& out) const;

  template <class T>
  void table(std::span<const Field<T>> fields, T& out, std::span<const std::string> foreign = {}) const;
  template <class T>
  void tables(std::span<const Field<T>> fields, std::vector<T>& out) const;

  // The octets of a file whose path this value is; a relative one stands beside the configuration file. nullopt: there
  // is none, or more than `most` octets, and that is told; or the path is empty.
  struct NamedFile {
    std::string path;
    Bytes octets;
  };
  std::optional<NamedFile> file(std::size_t most) const;
  // The same for a path that is known; relative ones go from the working directory.
  std::optional<Bytes> octets_of(const std::string& path, std::size_t most) const;
  void error(std::string text) const { r_.error(node_.source(), std::move(text)); }
  void warning(std::string text) const { r_.warning(node_.source(), std::move(text)); }
  const std::string& path() const { return path_; }
  Reading& reading() const { return r_; }

 private:
  std::optional<std::string> string(std::string_view wanted) const;
  std::optional<std::uint64_t> integer(std::uint64_t least, std::uint64_t most) const;
  std::string_view key() const;
  template <class Each>
  void each(std::string_view wanted, Each&& f) const;  // array elements as Values

  Reading& r_;
  const toml::node& node_;
  std::string path_;
};

std::optional<engine::Endpoint> parse_endpoint(std::string_view text, bool unix_too);
void report_unknown_key(Reading& r, const toml::key& key, const std::string& path,
                        const std::vector<std::string_view>& known);

// Reads the keys of one table by its fields. Shared by Value::table and the root.
template <class T>
void read_fields(Reading& r, const toml::table& table, const std::string& path, std::span<const Field<T>> fields,
                 T& out, std::span<const std::string> foreign) {
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const auto& [key, node] : table) {
    const Field<T>* field = nullptr;
    std::vector<std::string_view> known(foreign.begin(), foreign.end());
    bool is_foreign = false;
    for (const auto& f : foreign) is_foreign = is_foreign || f == key.str();
    for (const auto& f : fields) {
      known.push_back(f.name);
      if (f.name == key.str()) field = &f;
    }
    if (is_foreign) continue;
    if (field == nullptr) {
      report_unknown_key(r, key, path, known);
      continue;
    }
    r.places.insert_or_assign(prefix + std::string(key.str()), node.source());
    field->read(Value(r, node, prefix + std::string(key.str())), out);
  }
  for (const auto& f : fields)
    if (f.required() && !table.contains(f.name))
      r.error(table.source(), (path.empty() ? "" : path + ": ") + "missing key " + std::string(f.name) + " (" +
                                  std::string(f.help) + ")");
}

template <class T>
void Value::table(std::span<const Field<T>> fields, T& out, std::span<const std::string> foreign) const {
  const auto* table = node_.as_table();
  if (table == nullptr) return error(std::string(key()) + " must be a table: [" + path_ + "]");
  read_fields(r_, *table, path_, fields, out, foreign);
}

template <class T>
void Value::tables(std::span<const Field<T>> fields, std::vector<T>& out) const {
  const auto* array = node_.as_array();
  if (array == nullptr || (!array->empty() && !array->is_array_of_tables()))
    return error(std::string(key()) + " must be written [[" + path_ + "]], once for each");
  for (const auto& element : *array) {
    const std::string path = path_ + "[" + std::to_string(out.size()) + "]";
    r_.places.insert_or_assign(path, element.source());
    read_fields(r_, *element.as_table(), path, fields, out.emplace_back(), {});
  }
}

}  // namespace longwire::config
