// What a string holds: `contentEncoding` and `contentMediaType` (draft 7 Validation, section 8).
//
// Asserted in draft 7 alone, and only where formats are: there the two are assertions that one must
// be able to switch off; before they do not exist, and since 2019-09 they are annotations. Of the
// encodings base64 is known, of the media types application/json; others assert nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

enum class Content : std::uint8_t {
  base64,  // RFC 4648, section 4, padded
  json,    // RFC 8259
  json_in_base64,
};

// Whether these are the names of what is known here. Case and a media type's parameters do not
// matter.
bool is_base64(std::string_view encoding) noexcept;
bool is_json(std::string_view media_type) noexcept;

// Does `text` hold that? `interrupted` is asked now and then. Match::limit: there was no memory, or
// the JSON is nested deeper than 512.
Match match_content(Content content, std::string_view text,
                    InterruptPoll interrupted = nullptr) noexcept;

}  // namespace tenancy::jsonschema
