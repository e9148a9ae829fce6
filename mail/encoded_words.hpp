// RFC 2047: header text that is not ASCII. Inside the program such text is UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace longwire::mail {

// Unstructured text or a phrase as UTF-8. Known charsets: us-ascii, utf-8, iso-8859-1, iso-8859-15, windows-1252.
// A word of another charset, or one that does not decode, stays as it is: nothing is guessed, and it maps back.
std::string decode_words(std::string_view text);

// Text for an unstructured field: printable ASCII as it is, otherwise encoded words of at most 75 characters,
// iso-8859-1 when that is enough, joined by spaces.
std::string encode_words(std::string_view utf8);
// The same for a phrase in front of <address>: quoted if it needs to be (RFC 5322 3.2.4, RFC 2047 5 (3)).
std::string encode_phrase(std::string_view utf8);

}  // namespace longwire::mail
