// One table of classifications under all their names.
#include "annexe/gateway/labels.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

struct Row {
  int x411;                 // X.411 8.5.9; stanag4406.md 3.2
  std::uint8_t dmp;         // stanag4406.md 4.5
  std::string_view acp127;  // FL4, stanag4406.md 7.1
  std::string_view words;
};
constexpr std::array rows{
    Row{0, 0, "UUUUU", "UNMARKED"},     Row{1, 1, "UUUUU", "UNCLASSIFIED"}, Row{2, 3, "RRRRR", "RESTRICTED"},
    Row{3, 5, "CCCCC", "CONFIDENTIAL"}, Row{4, 6, "SSSSS", "SECRET"},       Row{5, 7, "TTTTT", "TOP SECRET"},
};
constexpr std::string_view nato_policy = "1.3.26.1.3.1";  // stanag4406.md 5.2

const Row& row_of(int x411) {
  const auto index = std::clamp(x411, 0, static_cast<int>(rows.size()) - 1);
  return rows[static_cast<std::size_t>(index)];
}

std::vector<std::string> upper_words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) word += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    if (letter || word.empty()) continue;
    out.push_back(std::move(word));
    word.clear();
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

// "S E C R E T" as ACP 127 texts write it: runs of single letters become a word.
std::vector<std::string> join_letters(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  bool joining = false;
  for (const auto& word : words) {
    const bool letter = word.size() == 1;
    if (letter && joining) out.back() += word;
    else out.push_back(word);
    joining = letter;
  }
  return out;
}

}  // namespace

std::string marking_of(const SecurityLabel& label, const Settings& settings) {
  std::string out;
  if (label.classification) {
    std::string policy;
    if (const auto named = settings.policies.find(label.policy); named != settings.policies.end())
      policy = named->second;
    else if (label.policy == nato_policy) policy = "NATO";
    const auto& words = row_of(*label.classification).words;
    // NATO's own name of its highest class.
    if (policy == "NATO" && words == "TOP SECRET") policy = "COSMIC";
    out = policy.empty() ? std::string(words) : policy + ' ' + std::string(words);
  }
  if (label.mark.empty() || out.find(label.mark) != std::string::npos) return out;
  // A mark that begins with the classification already says all of it.
  if (out.empty() || label.mark.starts_with(out)) return label.mark;
  return out + ' ' + label.mark;
}

std::optional<int> classification_of_words(std::string_view marking) {
  const auto words = join_letters(upper_words(marking));
  for (std::size_t i = 0; i < words.size(); ++i) {
    // "N A T O  S E C R E T" becomes one word.
    std::string_view word = words[i];
    for (const std::string_view owner : {"NATO", "COSMIC"})
      if (word.size() > owner.size() && word.starts_with(owner)) word.remove_prefix(owner.size());
    if (word == "TOPSECRET" || (word == "TOP" && i + 1 < words.size() && words[i + 1] == "SECRET")) return 5;
    if (word == "UNCLAS") return 1;
    for (const auto& row : rows)
      if (word == row.words) return row.x411;
  }
  return std::nullopt;
}

std::uint8_t dmp_classification(int x411) { return row_of(x411).dmp; }

int from_dmp_classification(std::uint8_t dmp) {
  for (const auto& row : rows)
    if (row.dmp >= dmp) return row.x411;
  return rows.back().x411;
}

std::string_view acp127_letters(int x411) { return row_of(x411).acp127; }

std::optional<int> from_acp127_letters(std::string_view letters) {
  if (iequals(letters, "EEEEE")) return 1;  // EFTO: unclassified, encrypted for transmission only
  for (const auto& row : rows)
    if (row.x411 > 0 && iequals(letters, row.acp127)) return row.x411;
  return std::nullopt;
}

}  // namespace longwire::gateway
