// Dates, times and durations (RFC 3339).
#pragma once

#include <string_view>

#include "jsonschema/value/match.hpp"

namespace tenancy::jsonschema {

// Where the Interruption stops the reading of very many digits, the answer means nothing.

bool is_date(std::string_view text) noexcept;  // section 5.6, full-date
bool is_date_time(std::string_view text, Interruption* interruption = nullptr) noexcept;
bool is_time(std::string_view text, Interruption* interruption = nullptr) noexcept;  // full-time
bool is_duration(std::string_view text,
                 Interruption* interruption = nullptr) noexcept;  // appendix A

}  // namespace tenancy::jsonschema
