// Which settings hold a tenant: what names they can have, and tenancy.settings, the list of those
// with the fast path.
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

// Whether the name is below our own prefix, "tenancy".
bool is_own_name(std::string_view name) noexcept;

// Whether SET accepts it as the name of a custom setting: identifiers, joined by dots.
bool is_custom_name(std::string_view name) noexcept;

// Defines tenancy.settings, and with it the settings that it names. Server zone.
void define_settings_list();

// Refuses, with 42501, a setting of ours that came with the connection and that only superusers may
// set. Server zone, before any of them is defined.
void refuse_connection_options();

}  // namespace tenancy::tenant
