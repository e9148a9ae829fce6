#include "node/security/label_rules.hpp"

#include "base/text.hpp"
#include "crypto/labels/stanag4774.hpp"
#include "mail/sio_label.hpp"
#include "node/security/first_line.hpp"

#include <algorithm>

namespace longwire::security {

namespace {

using crypto::Clearance;
using crypto::labels::Policies;
using crypto::labels::Policy;
using Label = std::optional<SecurityLabel>;

Error of_key(std::string_view key, const Error& e) {
  return error(e.name, e.offset, std::string(key) + ": " + (e.text.empty() ? std::string(e.name) : e.text));
}

// Words under the policy they name, else under the first that knows them: the first one is the node's own. Errors: of
// the node's own.
template <class Read>
auto by_words(const Policies& policies, std::string_view words, std::string_view error_name, Read read)
    -> decltype(read(policies.all().front())) {
  std::optional<Error> first;
  for (const auto& policy : policies.all()) {
    auto out = read(policy);
    if (out) return out;
    if (!first || iequals(words.substr(0, policy.name().size()), policy.name())) first = out.error();
  }
  return first ? *first
               : error(error_name, 0, "no policy is loaded that could say what \"" + std::string(words) + "\" is");
}

Result<SecurityLabel> label_by_words(const Policies& policies, std::string_view words) {
  return by_words(policies, words, "bad_label", [words](const Policy& policy) { return policy.label_of(words); });
}

// A file of a clearance: BER begins with a SEQUENCE, all else is XML.
Result<Clearance> clearance_of_file(ByteView file, const Policies& policies) {
  constexpr std::uint8_t sequence = 0x30;
  if (file.empty()) return error("bad_clearance", 0, "the file is empty");
  auto out = file[0] == sequence ? crypto::decode_clearance(file) : crypto::labels::read_4774_clearance(file, policies);
  if (!out) return error("bad_clearance", out.error().offset, std::string(out.error().name) + ": " + out.error().text);
  return out;
}

std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : address.substr(at);
}

// Texts for the sender: what to ask for, not what the label says.
Refusal refusal(std::string_view text, std::string detail) { return {"5.7.1", std::string(text), std::move(detail)}; }
constexpr std::string_view label_needed = "a security label is required";
constexpr std::string_view label_wrong = "the security label cannot be used here";
constexpr std::string_view not_cleared = "not authorized for the security label of this message";

// Behind the line end of the last field of a header.
std::size_t end_of_last(ByteView message, const mail::HeaderField& field) {
  const auto text = as_text(message);
  const auto end = static_cast<std::size_t>(field.raw_value.data() - text.data()) + field.raw_value.size();
  return std::min(text.find('\n', end), text.size() - 1) + 1;
}

}  // namespace

struct LabelRules::Impl {
  Policies policies;
  Label default_label;
  bool required = false, read_line = false, write_line = false, write_header = true;
  struct Entry {
    std::string who;  // lower case
    Clearance clearance;
  };
  std::vector<Entry> entries;
  std::optional<Clearance> unknown_user;

  std::optional<Error> load(const SecurityConfig& config);
  std::optional<Error> load_policies(const SecurityConfig& config);
  Result<std::optional<Clearance>> parse(const ClearanceText& text) const;
  bool checks_users() const { return !entries.empty() || unknown_user; }
  std::vector<const Clearance*> clearances(std::string_view address, const std::vector<Clearance>& certified) const;

  SecurityLabel completed(SecurityLabel label) const;
  Result<SecurityLabel> read(const mail::SioLabel& field) const;
  Result<Label> of_field(const mail::SioLabel& field) const;
  Label of_line(std::string_view line) const;
  std::string describe(const SecurityLabel& label) const;
  std::optional<Refusal> check_valid(const SecurityLabel& label, bool creating) const;
  std::optional<Refusal> check(const Label& label, const std::vector<const Clearance*>& any_of, bool creating,
                               std::string_view who) const;
  mail::SioLabel field_of(const SecurityLabel& label) const;
  Bytes with_field(ByteView message, const SecurityLabel& label, std::string_view changed_by, Time now) const;
};

// --- configuration -----------------------------------------------------------------------------------

std::optional<Error> LabelRules::Impl::load_policies(const SecurityConfig& config) {
  for (const auto& file : config.spifs) {
    auto policy = Policy::read(file.octets);
    if (!policy) return of_key("spifs: " + file.path, policy.error());
    if (policies.by_id(policy->id()) != nullptr || policies.by_name(policy->name()) != nullptr)
      return error("bad_spif", 0, "spifs: " + file.path + ": the policy " + policy->name() + " is loaded twice");
    policies.add(*std::move(policy));
  }
  return std::nullopt;
}

std::optional<Error> LabelRules::Impl::load(const SecurityConfig& config) {
  if (auto bad = load_policies(config)) return bad;
  required = config.label_required;
  write_line = config.first_line == "write";
  read_line = write_line || config.first_line == "read";
  write_header = config.write_header;
  if (!config.default_label.empty()) {
    auto label = label_by_words(policies, config.default_label);
    if (!label) return of_key("default_label", label.error());
    default_label = *std::move(label);
  }
  for (const auto& one : config.clearances) {
    auto clearance = parse(one.clearance);
    if (!clearance) return of_key("clearance of " + one.who, clearance.error());
    if (!*clearance) return error("bad_clearance", 0, "clearance of " + one.who + ": empty");
    entries.push_back({to_lower(one.who), **std::move(clearance)});
  }
  auto unknown = parse(config.unknown_user);
  if (!unknown) return of_key("default_clearance", unknown.error());
  unknown_user = *std::move(unknown);
  return std::nullopt;
}

Result<std::optional<Clearance>> LabelRules::Impl::parse(const ClearanceText& text) const {
  if (text.empty()) return std::optional<Clearance>{};
  const std::string_view words = text.words;
  auto out = words.starts_with("file:") ? clearance_of_file(text.file, policies)
                                        : by_words(policies, words, "bad_clearance", [words](const Policy& policy) {
                                            return policy.clearance_of(words);
                                          });
  if (!out) return out.error();
  return std::optional(*std::move(out));
}

// Those of the nearest entry: the address, its domain, everybody; else what the user's certificate says, else the
// default.
std::vector<const Clearance*> LabelRules::Impl::clearances(std::string_view address,
                                                           const std::vector<Clearance>& certified) const {
  const auto user = to_lower(address);
  std::vector<const Clearance*> out;
  for (const std::string_view who : {std::string_view(user), domain_of(user), std::string_view("*")}) {
    for (const auto& entry : entries)
      if (!who.empty() && entry.who == who) out.push_back(&entry.clearance);
    if (!out.empty()) return out;
  }
  for (const auto& one : certified) out.push_back(&one);
  if (out.empty() && unknown_user) out.push_back(&*unknown_user);
  return out;
}

// --- labels ------------------------------------------------------------------------------------------

// X.411 labels may go without a policy, and what the gateway makes of ACP 127 and DMP does: the node's own is meant, as
// X.411 gives the numbers 0 to 5 the same sense everywhere.
SecurityLabel LabelRules::Impl::completed(SecurityLabel label) const {
  if (label.policy.empty() && !policies.all().empty()) label.policy = policies.all().front().id();
  return label;
}

Result<SecurityLabel> LabelRules::Impl::read(const mail::SioLabel& field) const {
  if (field.label) return completed(*field.label);
  const bool urn = field.type == crypto::labels::type_4774;
  if (field.type != ":xml" && !urn) return error("bad_label", 0, "a label of type " + field.type);
  const auto octets = mail::octets_of(field);
  const auto xml = octets ? *octets : to_bytes(field.value);  // a URI's own encoding may be none
  auto label = crypto::labels::read_4774(xml, policies);
  if (!label) return error("bad_label", label.error().offset, label.error().text);
  return label;
}

// RFC 7444 4: without a label the default rules hold; but a marking that we would have written ourselves is not taken
// for nothing. RFC 7444 7: a marking that says another class than the label is not let through.
Result<Label> LabelRules::Impl::of_field(const mail::SioLabel& field) const {
  const auto marked = of_line(field.marking);
  if (field.type.empty()) return marked;
  auto label = read(field);
  if (!label) return label.error();
  if (marked && marked->policy == label->policy && marked->classification != label->classification)
    return error("bad_label", 0, "the marking \"" + field.marking + "\" does not say what the label says");
  return Label(*std::move(label));
}

Label LabelRules::Impl::of_line(std::string_view line) const {
  if (line.empty()) return std::nullopt;
  for (const auto& policy : policies.all())
    if (auto label = policy.label_of_marking(line)) return label;
  return std::nullopt;
}

std::string LabelRules::Impl::describe(const SecurityLabel& label) const {
  const auto* policy = policies.by_id(label.policy);
  auto text = policy == nullptr ? std::string{} : policy->marking(label).text;
  if (!text.empty()) return text;
  text = policy == nullptr ? "policy " + (label.policy.empty() ? "none" : label.policy) : policy->name();
  return text + (label.classification ? " class " + std::to_string(*label.classification) : " without class");
}

std::optional<Refusal> LabelRules::Impl::check_valid(const SecurityLabel& label, bool creating) const {
  const auto* policy = policies.by_id(label.policy);
  if (policy == nullptr) return refusal(label_wrong, "label " + describe(label) + ": the policy is not loaded");
  const auto bad = policy->validate(label, creating);
  if (!bad) return std::nullopt;
  return refusal(label_wrong, "label " + describe(label) + ": " + std::string(bad->name) + ": " + bad->text);
}

std::optional<Refusal> LabelRules::Impl::check(const Label& unchecked, const std::vector<const Clearance*>& any_of,
                                               bool creating, std::string_view who) const {
  if (!unchecked) {
    if (!required) return std::nullopt;
    return refusal(label_needed, "no security label, and one is required; " + std::string(who));
  }
  const auto label = completed(*unchecked);
  if (!policies.all().empty())
    if (auto bad = check_valid(label, creating)) {
      bad->detail += "; " + std::string(who);
      return bad;
    }
  std::string why = "no clearance";
  for (const auto* clearance : any_of) {
    const auto decision = crypto::labels::decide(*clearance, label, policies.by_id(label.policy));
    if (decision.granted) return std::nullopt;
    why = std::string(decision.reason) + ": " + decision.text;
  }
  return refusal(not_cleared, "label " + describe(label) + ": " + why + "; " + std::string(who));
}

// --- writing -----------------------------------------------------------------------------------------

mail::SioLabel LabelRules::Impl::field_of(const SecurityLabel& label) const {
  const auto* policy = policies.by_id(label.policy);
  const auto marking = policy == nullptr ? Policy::Marking{} : policy->marking(label);
  auto out = mail::sio_label_of(label, marking.text, label.policy.empty() ? ":x411" : ":ess");
  if (marking.text.empty()) return out;
  out.foreground = marking.foreground;
  out.background = marking.background;
  return out;
}

// RFC 7444 5: history lines behind the label, newest first; where only they are there, the label goes in front of them.
Bytes LabelRules::Impl::with_field(ByteView message, const SecurityLabel& label, std::string_view changed_by,
                                   Time now) const {
  const mail::HeaderView header(message);
  const auto before = mail::read_sio_label(header);
  const auto after = field_of(label);
  Bytes unchanged(message.begin(), message.end());
  if (before && *before && (*before)->label == label && (*before)->marking == after.marking) return unchanged;
  if (before && !*before && !write_header) return unchanged;
  mail::SioLabelChange change;
  if (before) change.before = *before;
  change.after = after;
  change.changed_by = changed_by;
  change.changed_at = format_rfc5322(now);
  const auto text = mail::format_sio_label(after) + mail::format_sio_label_history(change);
  // In place of the old field (of all of them, where a sender wrote several), else in front of the history.
  const auto& fields = header.fields();
  const bool has_label = header.count(mail::sio_label_field) > 0;
  const auto stands_before = has_label ? mail::sio_label_field : mail::sio_label_history_field;
  const auto next = std::find_if(fields.begin(), fields.end(),
                                 [&](const mail::HeaderField& one) { return iequals(one.name, stands_before); });
  const auto place = next == fields.end() ? 0 : next->offset;
  Bytes out(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(place));
  out.insert(out.end(), text.begin(), text.end());
  for (std::size_t at = place, i = 0; i <= fields.size(); ++i) {
    const bool old = i < fields.size() && iequals(fields[i].name, mail::sio_label_field);
    if (i < fields.size() && !old) continue;
    const auto until = old ? fields[i].offset : message.size();
    out.insert(out.end(), message.begin() + static_cast<std::ptrdiff_t>(at),
               message.begin() + static_cast<std::ptrdiff_t>(until));
    if (old) at = i + 1 < fields.size() ? fields[i + 1].offset : end_of_last(message, fields[i]);
  }
  return out;
}

// --- the class ---------------------------------------------------------------------------------------

LabelRules::LabelRules(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LabelRules::LabelRules(LabelRules&&) noexcept = default;
LabelRules& LabelRules::operator=(LabelRules&&) noexcept = default;
LabelRules::~LabelRules() = default;

Result<LabelRules> LabelRules::make(const SecurityConfig& config) {
  auto impl = std::make_unique<Impl>();
  if (auto bad = impl->load(config)) return *std::move(bad);
  return LabelRules(std::move(impl));
}

bool LabelRules::on() const { return !impl_->policies.all().empty() || impl_->checks_users() || impl_->required; }
const Policies& LabelRules::policies() const { return impl_->policies; }

Result<Label> LabelRules::label_of(ByteView message) const {
  const auto field = mail::read_sio_label(mail::HeaderView(message));
  if (!field) return field.error();
  if (*field) {
    auto label = impl_->of_field(**field);
    if (!label) return label.error();
    if (*label) return label;
  }
  if (impl_->read_line)
    if (const auto line = first_line_of_text(message))
      if (auto label = impl_->of_line(*line)) return Label(std::move(label));
  return impl_->default_label;
}

std::optional<Refusal> LabelRules::check_submission(const Label& label, std::string_view originator) const {
  constexpr bool creating = true;
  const auto who = "from " + std::string(originator);
  const bool check_originator = impl_->checks_users() && !originator.empty();
  if (check_originator || !label) return impl_->check(label, impl_->clearances(originator, {}), creating, who);
  if (impl_->policies.all().empty()) return std::nullopt;
  return impl_->check_valid(impl_->completed(*label), creating);
}

std::optional<Refusal> LabelRules::check_user(const Label& label, std::string_view address,
                                              const std::vector<Clearance>& certified) const {
  if (!impl_->checks_users()) {
    const bool known = label && impl_->policies.by_id(impl_->completed(*label).policy) != nullptr;
    return known ? impl_->check_valid(impl_->completed(*label), false) : std::nullopt;
  }
  return impl_->check(label, impl_->clearances(address, certified), false, "to " + std::string(address));
}

std::optional<Refusal> LabelRules::check_hop(const Label& label, const std::optional<Clearance>& clearance,
                                             std::string_view what) const {
  if (!clearance) return std::nullopt;
  return impl_->check(label, {&*clearance}, false, what);
}

Result<std::optional<Clearance>> LabelRules::parse_clearance(const ClearanceText& text) const {
  return impl_->parse(text);
}

Bytes LabelRules::with_label(ByteView message, const SecurityLabel& label, std::string_view changed_by,
                             Time now) const {
  auto out = impl_->with_field(message, impl_->completed(label), changed_by, now);
  if (!impl_->write_line) return out;
  const auto* policy = impl_->policies.by_id(impl_->completed(label).policy);
  if (policy == nullptr) return out;
  return with_first_line(out, policy->marking(impl_->completed(label), "firstLineOfText").text,
                         [this](std::string_view line) { return impl_->of_line(line).has_value(); });
}

std::string LabelRules::marking(const SecurityLabel& label) const {
  const auto* policy = impl_->policies.by_id(impl_->completed(label).policy);
  return policy == nullptr ? std::string{} : policy->marking(impl_->completed(label)).text;
}

}  // namespace longwire::security
