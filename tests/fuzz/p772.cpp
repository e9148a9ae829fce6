// P772 content: refused by name, or what is read is the same after writing and reading again. The second entry puts
// the input where a body stands, the third where the values of extensions stand, which mutations of whole messages
// seldom reach.
#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/file_transfer.hpp"
#include "annexe/x400/information_labels.hpp"
#include "annexe/x400/mmhs_extensions.hpp"
#include "annexe/x400/p772_json.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>

namespace {

using namespace longwire;

template <class T>
void check_error(const Result<T>& read, ByteView in) {
  if (!read && (read.error().name.empty() || read.error().offset > in.size())) std::abort();
}

void check_content(ByteView in) {
  const auto decoded = x400::decode_p772(in);
  check_error(decoded, in);
  if (!decoded) return;
  (void)boost::json::serialize(x400::to_json(*decoded));
  const auto octets = x400::encode_p772(*decoded);
  const auto again = x400::decode_p772(octets);
  if (!again || !(*again == *decoded) || x400::encode_p772(*again) != octets) std::abort();
}

ber::Writer begin_message() {
  ber::Writer out;
  out.begin(ber::context_tag(0, true));
  out.begin({ber::TagClass::universal, 17, true});
  out.begin({ber::TagClass::application, 11, true});
  out.primitive({ber::TagClass::universal, 19, false}, as_bytes("1 261121120000Z"));
  out.end();
  return out;
}

void check_as_body(ByteView in) {
  auto out = begin_message();
  out.end();
  out.begin(ber::sequence_tag);
  out.raw(in);
  out.end();
  out.end();
  check_content(out.finish());
}

void check_as_extensions(ByteView in) {
  auto out = begin_message();
  out.begin(ber::context_tag(15, true));
  for (const auto& kind : x400::mmhs_extension_kinds()) {
    if (kind.read == nullptr) continue;
    out.begin(ber::sequence_tag);
    (void)out.oid(ber::oid_tag, x400::oid_of(kind));
    out.begin(kind.tag);
    out.raw(in);
    out.end();
    out.end();
  }
  out.end();
  out.end();
  out.begin(ber::sequence_tag);
  out.end();
  out.end();
  check_content(out.finish());
}

void check_values(ByteView in) {
  if (const auto label = decode_label(in)) {
    const auto again = decode_label(encode_label(*label));
    if (!again || again->mark != label->mark || again->policy != label->policy) std::abort();
  } else {
    check_error(label, in);
  }
  const auto labels = x400::decode_information_labels(in);
  check_error(labels, in);
  if (labels)
    if (const auto again = x400::decode_information_labels(x400::encode_information_labels(*labels));
        !again || !(*again == *labels))
      std::abort();
  const Bytes octets(in.begin(), in.end());
  for (const auto parameters : {ByteView(), in}) {
    const Bytes as_parameters(parameters.begin(), parameters.end());
    const auto part = [&](std::string_view oid) {
      return x400::body::Extended{"1.2", as_parameters, std::string(oid), octets};
    };
    check_error(x400::body::read_adatp3(part(x400::body::et_adatp3)), in);
    check_error(x400::body::read_corrections(part(x400::body::et_corrections)), in);
    check_error(x400::body::read_forwarded_encrypted(part(x400::body::et_forwarded_encrypted)), in);
    if (const auto file = x400::body::read_file_transfer(part(x400::body::et_file_transfer))) {
      const auto again = x400::body::read_file_transfer(x400::body::make_file_transfer(*file));
      if (!again || again->contents != file->contents) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  check_content(in);
  check_as_body(in);
  check_as_extensions(in);
  check_values(in);
  return 0;
}
