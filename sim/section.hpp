// Section: one TOML table of a scenario being read. Every reading call makes its key known, sets
// its target or records a problem; finish() reports the keys nobody asked for. Internal to the
// scenario reader, the only user of toml++ here.
#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/precedence.hpp"
#include "base/time.hpp"
#include "node/config/config_table.hpp"
#include "sim/loss.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::sim {

class Section {
 public:
  Section(const toml::table& table, std::string_view file, config::Problems& problems)
      : table_(table), file_(file), problems_(problems) {}

  bool has(std::string_view key) const { return table_.contains(key); }
  const toml::node* node(std::string_view key);  // makes the key known
  void text(std::string_view key, std::string& out);
  void texts(std::string_view key, std::vector<std::string>& out);  // one string or several
  void flag(std::string_view key, bool& out);
  void flag(std::string_view key, std::optional<bool>& out);
  void on_off(std::string_view key, std::optional<bool>& out);  // true, false, "on" or "off"
  void number(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most);
  void size(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most);  // 4000 or "4k"
  void duration(std::string_view key, Duration& out);
  void duration(std::string_view key, std::optional<Duration>& out);
  void probability(std::string_view key, double& out);
  void decibel(std::string_view key, std::optional<double>& out);  // -60 to 90
  void numbers(std::string_view key, std::vector<std::uint64_t>& out);
  void precedence(std::string_view key, Precedence& out);
  void loss(std::string_view key, LossModel& out);  // 0.2 or { mean = 0.2, burst = "3s" }
  void ipv4(std::string_view key, Ipv4& out);
  void hex(std::string_view key, Bytes& out);
  // One of the words; its index.
  std::optional<std::size_t> choice(std::string_view key, const std::vector<std::string_view>& words);
  // The position of a named thing: "unknown node ..., did you mean ...".
  std::optional<std::size_t> reference(std::string_view key, std::string_view what,
                                       const std::vector<std::string>& names);
  std::optional<std::size_t> lookup(const toml::node& where, std::string_view what, std::string_view name,
                                    const std::vector<std::string>& names);
  // The tables of [[key]].
  std::vector<const toml::table*> tables(std::string_view key, std::size_t most);
  void required(std::string_view key);
  void finish();

  void error(const toml::node& where, std::string text) { error(where.source(), std::move(text)); }
  void error(const toml::source_region& where, std::string text);
  // At the key, or at the table when the key is missing.
  void error_at(std::string_view key, std::string text);

 private:
  std::optional<std::string_view> string(std::string_view key, std::string_view wanted);

  const toml::table& table_;
  std::string_view file_;
  config::Problems& problems_;
  std::vector<std::string_view> known_;
};

}  // namespace longwire::sim
