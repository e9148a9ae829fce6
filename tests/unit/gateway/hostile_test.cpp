// Work that input from outside can ask for: limits, at them and one beyond, and sizes that took minutes when the work
// grew with their square.
#include "annexe/gateway/descriptors.hpp"
#include "annexe/gateway/envelopes.hpp"
#include "annexe/gateway/field_list.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/gateway/residue.hpp"
#include "annexe/gateway/trace.hpp"
#include "base/ber_reader.hpp"
#include "base/limits.hpp"
#include "tests/unit/gateway/fixtures.hpp"

namespace longwire::gateway {
namespace {

using test::field;
using test::settings;
using test::simple;

bool noted(const std::vector<std::string>& notes, std::string_view what) {
  return std::any_of(notes.begin(), notes.end(), [what](const auto& n) { return n.find(what) != std::string::npos; });
}

test::Mail with_fields(std::size_t count) {
  std::string text = "From: ops@hq.example\n";
  for (std::size_t i = 1; i < count; ++i) text += "To:<\n";
  auto out = simple();
  out.message = test::message(text + "\nHELLO\n");
  return out;
}

TEST(Hostile, HeaderFieldsOfMail) {
  const auto most = test::convert(with_fields(limits::header_fields), settings());
  ASSERT_TRUE(most) << most.error().text;
  const auto beyond = test::convert(with_fields(limits::header_fields + 1), settings());
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().name, "too_many_fields");
}

std::vector<std::string> notes_of_field_list(std::size_t count) {
  x400::Heading heading;
  heading.extensions.push_back(
      {std::string(field_list_oid), encode_field_list(std::vector<std::string>(count, "A: b"))});
  std::vector<std::string> notes;
  const auto header = to_header(heading, settings(), notes);
  const auto lines = static_cast<std::size_t>(std::count(header.begin(), header.end(), '\n'));
  EXPECT_EQ(lines, std::min(count, limits::header_fields));
  return notes;
}

TEST(Hostile, HeaderFieldsOfAFieldList) {
  EXPECT_FALSE(noted(notes_of_field_list(limits::header_fields), "rfc-822-field-list"));
  EXPECT_TRUE(noted(notes_of_field_list(limits::header_fields + 1), "discarded from rfc-822-field-list: 1 fields"));
  EXPECT_TRUE(noted(notes_of_field_list(90'000), "discarded from rfc-822-field-list: 89000 fields"));
}

// Each residue makes and reads the whole heading again.
TEST(Hostile, OneResidue) {
  auto message = test::sent(simple(), settings());
  auto ipm = test::content(message);
  ipm.heading.extensions.push_back({"1.2.3.4", {5, 0}});
  message.content = x400::encode_p772(ipm);
  const auto mail = test::received(message, settings());
  const mail::HeaderView header(mail.message);
  std::string residue;
  for (const auto& f : header.fields())
    if (iequals(f.name, residue_field))
      residue = std::string(f.name) + ": " + std::string(trim(mail::unfold(f.raw_value)));
  ASSERT_FALSE(residue.empty());
  const auto once = test::convert(simple(residue + '\n'), settings());
  ASSERT_TRUE(once);
  EXPECT_FALSE(noted(once->notes, "a second"));
  const auto twice = test::convert(simple(residue + '\n' + residue + '\n'), settings());
  ASSERT_TRUE(twice);
  EXPECT_TRUE(noted(twice->notes, "discarded: a second"));
}

Result<x400::IpmsContent> with_extensions(std::size_t count) {
  x400::Ipm ipm;
  ipm.heading.this_id.local = "1";
  for (std::size_t i = 0; i < count; ++i) ipm.heading.extensions.push_back({"1.2.3." + std::to_string(i), {5, 0}});
  return x400::decode_p772(x400::encode_p772(ipm));
}

TEST(Hostile, HeadingExtensions) {
  EXPECT_TRUE(with_extensions(limits::heading_extensions));
  for (const auto count : {limits::heading_extensions + 1, std::size_t{20'000}}) {
    const auto beyond = with_extensions(count);
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().name, "too_many_extensions");
  }
}

x400::ExtensionField internal_trace(std::size_t count) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (std::size_t i = 0; i < count; ++i) {
    out.begin(ber::sequence_tag);
    x400::write(out, x400::GlobalDomainId{"UK", "TAC", "ALLY"});
    ber::put_text(out, ber::ia5_string_tag, "M");
    out.begin(ber::set_tag);
    ber::put_utc_time(out, ber::context_tag(0, false), test::noon());
    out.end();
    out.end();
  }
  out.end();
  x400::ExtensionField field;
  field.standard = x400::ext_internal_trace;
  field.value = out.finish();
  return field;
}

TEST(Hostile, InternalTrace) {
  for (const auto beyond : {std::size_t{0}, std::size_t{1}, std::size_t{9'000}}) {
    x400::MessageEnvelope envelope;
    envelope.extensions.push_back(internal_trace(limits::trace_elements + beyond));
    ASSERT_EQ(internal_trace_value(envelope.extensions[0]).size(), limits::trace_elements + beyond);
    std::vector<std::string> notes;
    EXPECT_EQ(x400_received(envelope, notes).size(), limits::trace_elements);
    EXPECT_EQ(noted(notes, "discarded: " + std::to_string(beyond) + " elements of the internal trace"), beyond > 0);
  }
}

TEST(Hostile, BlindCopiesOfManyRecipients) {
  auto message = test::sent(simple(), settings());
  auto& envelope = message.envelope;
  envelope.indicators.disclosure_of_other_recipients = true;
  const auto one = envelope.recipients[0];
  ber::Writer names;
  names.begin(ber::sequence_tag);
  for (int i = 0; i < 6'000; ++i) {
    envelope.recipients.push_back(one);
    auto& name = envelope.recipients.back().name;
    name.domain_defined.clear();
    name.common_name = "N" + std::to_string(i);
    if (i > 0 && i < 5'000) x400::write(names, x400::or_name_tag, name);
  }
  names.end();
  x400::ExtensionField blind;
  blind.standard = ext_blind_copy_recipients;
  blind.value = names.finish();
  envelope.extensions.push_back(blind);
  std::vector<std::string> notes;
  const auto header = envelope_header(envelope, {}, settings(), test::noon(), notes);
  EXPECT_NE(header.find("N5999"), std::string::npos);
  EXPECT_NE(header.find("N0"), std::string::npos);
  EXPECT_EQ(header.find("N4999"), std::string::npos);
}

TEST(Hostile, CommentsOfAFreeFormName) {
  constexpr std::size_t count = 200'000;
  x400::OrDescriptor descriptor;
  descriptor.free_form = "Duty";
  for (std::size_t i = 0; i < count; ++i) descriptor.free_form += i == 0 ? " (first)" : " ()";
  const auto address = from_descriptor(descriptor, settings());
  EXPECT_EQ(address.name, "Duty");
  ASSERT_EQ(address.comments.size(), count);
  EXPECT_EQ(address.comments.front(), "first");
}

TEST(Hostile, OpenBraces) {
  constexpr std::size_t count = 6'000'000;
  EXPECT_EQ(test::name("/S=" + std::string(count, '{') + "/ADMD= /C=NO/").person.surname.size(), count);
  EXPECT_EQ(test::name("/S={{065}066}{}{06}{256}{065066}/ADMD= /C=NO/").person.surname, "{A066}{}{06}{256}AB");
}

}  // namespace
}  // namespace longwire::gateway
