#include "tenant/seal.hpp"

#include "tenant/settings.hpp"

namespace tenancy::tenant {

void set_authenticated_tenant(const std::string& setting, const std::string& tenant) {
  set_tenant_setting(setting, tenant, true);
}

}  // namespace tenancy::tenant
