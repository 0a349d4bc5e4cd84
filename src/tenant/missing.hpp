// tenancy.on_missing_tenant: what an unset tenant means to a query on an isolated table.
//
//   deny   it sees no row, and writes none (the default)
//   error  it fails, with SQLSTATE 42501
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

enum class MissingTenant : int { deny, error };

extern constinit MissingTenant on_missing_tenant;

// Defines the setting. Server zone.
void define_missing_tenant();

[[noreturn]] void raise_missing(const char* setting);

}  // namespace tenancy::tenant
