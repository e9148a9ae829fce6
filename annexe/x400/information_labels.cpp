#include "annexe/x400/information_labels.hpp"

#include "annexe/x400/ipm_parts.hpp"

namespace longwire::x400 {

namespace {

using ber::context_tag;

Result<BodyPartLabel> read_body_part_label(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  BodyPartLabel out;
  in.required(context_tag(0, true), "body-part-security-label", read_label, out.label);
  in.optional(context_tag(1, false), small_integer, out.number);
  return in.finish(std::move(out));
}

Result<InformationLabels> read_labels(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  InformationLabels out;
  in.required(context_tag(0, true), "content-security-label", read_label, out.content);
  in.optional(context_tag(1, true), read_label, out.heading);
  in.list(context_tag(2, true), tagged(set_tag, read_body_part_label), out.body_parts);
  return in.finish(std::move(out));
}

}  // namespace

Result<InformationLabels> decode_information_labels(ByteView ber) {
  const auto doc = ber::Document::read(ber);
  if (!doc) return doc.error();
  if (doc->octets() != ber.size()) return error("trailing_octets", doc->octets(), "octets behind the labels");
  return tagged(ber::sequence_tag, read_labels)(*doc, std::size_t{0});
}

Bytes encode_information_labels(const InformationLabels& labels) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  write(out, context_tag(0, true), labels.content, LabelOrder::definition);
  if (labels.heading) write(out, context_tag(1, true), *labels.heading, LabelOrder::definition);
  if (!labels.body_parts.empty()) {
    out.begin(context_tag(2, true));
    for (const auto& part : labels.body_parts) {
      out.begin(set_tag);
      write(out, context_tag(0, true), part.label, LabelOrder::definition);
      if (part.number) out.integer(context_tag(1, false), *part.number);
      out.end();
    }
    out.end();
  }
  out.end();
  return out.finish();
}

}  // namespace longwire::x400
