// What `longwire doctor` finds: one line each, with what to do about it.
#pragma once

#include <string>
#include <vector>

namespace longwire::commands {

struct Finding {
  enum class Level : unsigned char { ok, warn, fail } level = Level::ok;
  std::string subject;  // "bearer satcom"
  std::string text;
  std::string remedy;  // empty when there is nothing to do
};

class Findings {
 public:
  void ok(std::string subject, std::string text) { add(Finding::Level::ok, std::move(subject), std::move(text), {}); }
  void warn(std::string subject, std::string text, std::string remedy) {
    add(Finding::Level::warn, std::move(subject), std::move(text), std::move(remedy));
  }
  void fail(std::string subject, std::string text, std::string remedy) {
    add(Finding::Level::fail, std::move(subject), std::move(text), std::move(remedy));
  }
  const std::vector<Finding>& all() const { return all_; }

 private:
  void add(Finding::Level level, std::string subject, std::string text, std::string remedy) {
    all_.push_back({level, std::move(subject), std::move(text), std::move(remedy)});
  }
  std::vector<Finding> all_;
};

}  // namespace longwire::commands
