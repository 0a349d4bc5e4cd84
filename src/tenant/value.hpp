// A tenant, in the forms that policies ask for.
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

// Made once, when a tenant is set, so that reading it costs nothing. Plain data.
struct Tenant {
  bool is_set;      // false: no tenant, which is never "all tenants"
  bool is_integer;  // `integer` holds it
  bool is_uuid;     // `uuid` holds it
  int64 integer;
  pg_uuid_t uuid;

  bool fits(std::int64_t least, std::int64_t most) const noexcept {
    return is_integer && integer >= least && integer <= most;
  }
};

// Never fails: what is no integer and no UUID, as the server's types read them, is text.
Tenant parse_tenant(const char* text) noexcept;

}  // namespace tenancy::tenant
