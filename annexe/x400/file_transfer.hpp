// The file-transfer body part (X.420, FTBP) as far as MIME gateways use it (RFC 2157 2.3).
#pragma once

#include "annexe/x400/p772.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::x400::body {

// Application references that choose a mapping (RFC 2157 3.1.1, 6.4).
inline constexpr std::string_view ftbp_mime_data = "1.3.6.1.7.1.2.1.5";
inline constexpr std::string_view ftbp_unknown_attachment = "2.16.840.1.113694.2.2.1.1";

struct FileTransfer {
  std::string contents_type;          // OID of the document type; empty: unstructured-binary, the default
  std::string application_reference;  // OID, empty = absent
  std::vector<std::string> visible;   // user-visible-string: the first is the Content-Description
  std::string filename;               // incomplete-pathname; parts of a peer's longer path joined with "/"
  std::optional<Time> created, modified, read;
  std::optional<std::int64_t> size;
  std::vector<HeadingExtension> extensions;  // of the parameters: RFC 822 fields among others
  Bytes contents;                            // all pieces of the data joined
  friend bool operator==(const FileTransfer&, const FileTransfer&) = default;
};

Extended make_file_transfer(const FileTransfer& file);
// Other parameters of FTAM are passed over: the part itself still has them.
// Errors: wrong_body_part; else those of decode_p772, offsets from the start of part.parameters or part.data.
Result<FileTransfer> read_file_transfer(const Extended& part);

}  // namespace longwire::x400::body
