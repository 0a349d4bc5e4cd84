// set_tenant() and clear_tenant().
#include "server/function.hpp"
#include "tenant/settings.hpp"

namespace tenancy::tenant {

TENANCY_FUNCTION(tenancy_set_tenant) {
  Arguments const arguments(fcinfo);
  if (arguments.is_null(0) || arguments.text(0).empty())
    throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "tenant must not be null or empty")
        .hint("Use tenancy.clear_tenant() to have no tenant.");
  set_tenant_setting(arguments.text(1), arguments.text(0), arguments.boolean(2));
  return PG_GETARG_DATUM(0);
}

TENANCY_FUNCTION(tenancy_clear_tenant) {
  set_tenant_setting(Arguments(fcinfo).text(0), "", false);
  PG_RETURN_VOID();
}

}  // namespace tenancy::tenant
