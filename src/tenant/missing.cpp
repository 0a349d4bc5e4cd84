#include "tenant/missing.hpp"

#include "tenant/settings.hpp"

namespace tenancy::tenant {
namespace {

constexpr config_enum_entry options[] = {{"deny", static_cast<int>(MissingTenant::deny), false},
                                         {"error", static_cast<int>(MissingTenant::error), false},
                                         {nullptr, 0, false}};

int variable = static_cast<int>(MissingTenant::deny);

void assign(int value, void*) {
  on_missing_tenant = static_cast<MissingTenant>(value);
  ++changes;
}

}  // namespace

constinit MissingTenant on_missing_tenant = MissingTenant::deny;

void define_missing_tenant() {
  DefineCustomEnumVariable("tenancy.on_missing_tenant",
                           "What an unset tenant means to a query on an isolated table.",
                           "\"deny\": it sees no row; \"error\": it fails.", &variable,
                           static_cast<int>(MissingTenant::deny), options, PGC_SUSET,
                           GUC_NO_RESET_ALL, nullptr, assign, nullptr);
}

void raise_missing(const char* setting) {
  ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                  errmsg("no tenant is set: setting \"%s\" is empty", setting),
                  errhint("Call tenancy.set_tenant() at the beginning of the transaction.")));
  pg_unreachable();
}

}  // namespace tenancy::tenant
