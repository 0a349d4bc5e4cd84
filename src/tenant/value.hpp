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
};

// What stands behind a value that is passed by reference.
struct TenantStorage {
  int64 integer;
  pg_uuid_t uuid;
};

// The types that a Tenant has a form for: smallint, integer, bigint and uuid.
bool has_form(Oid type) noexcept;
// The tenant as a value of one of them, which may refer to `storage`; nothing where it is none.
std::optional<Datum> to_datum(const Tenant& tenant, Oid type, TenantStorage* storage) noexcept;

// Never fails: what is no integer and no UUID, as the server's types read them, is text.
Tenant parse_tenant(const char* text) noexcept;

}  // namespace tenancy::tenant
