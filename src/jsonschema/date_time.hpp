// Dates, times and durations (RFC 3339).
#pragma once

#include <string_view>

namespace tenancy::jsonschema {

bool is_date_time(std::string_view text) noexcept;  // section 5.6, date-time
bool is_date(std::string_view text) noexcept;       // full-date
bool is_time(std::string_view text) noexcept;       // full-time
bool is_duration(std::string_view text) noexcept;   // appendix A

}  // namespace tenancy::jsonschema
