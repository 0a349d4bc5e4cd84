// set_tenant() and clear_tenant().
#include "server/function.hpp"
#include "tenant/settings.hpp"

namespace tenancy::tenant {

// Called once a transaction: calls the server first, while no object with a destructor is alive.
TENANCY_FUNCTION(tenancy_set_tenant) {
  Arguments const arguments(fcinfo);
  const char* const tenant = arguments.is_null(0) ? "" : TextDatumGetCString(PG_GETARG_DATUM(0));
  if (*tenant == '\0')
    throw Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "tenant must not be null or empty")
        .hint("Use tenancy.clear_tenant() to have no tenant.");
  bool const is_local = arguments.boolean(2);
  if (arguments.is_null(1)) arguments.text(1);  // which says so
  set_tenant_setting(TextDatumGetCString(PG_GETARG_DATUM(1)), tenant, is_local);
  return PG_GETARG_DATUM(0);
}

TENANCY_FUNCTION(tenancy_clear_tenant) {
  Arguments const arguments(fcinfo);
  if (arguments.is_null(0)) arguments.text(0);  // which says so
  set_tenant_setting(TextDatumGetCString(PG_GETARG_DATUM(0)), "", false);
  PG_RETURN_VOID();
}

}  // namespace tenancy::tenant
