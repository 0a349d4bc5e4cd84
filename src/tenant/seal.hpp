// What protects a tenant that has been authenticated.
#pragma once

#include <string>

namespace tenancy::tenant {

// Sets the tenant that authenticate() has found, for this transaction. `setting` is one that can
// hold a tenant (require_tenant_setting()). C++ zone.
void set_authenticated_tenant(const std::string& setting, const std::string& tenant);

}  // namespace tenancy::tenant
