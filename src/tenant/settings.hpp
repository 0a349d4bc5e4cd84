// Who the tenant is: the setting that says so, parsed once when it is set.
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

// The setting that set_tenant() and the policies use unless told otherwise.
inline constexpr const char* own_setting = "tenancy.tenant_id";

// A tenant in the forms that policies ask for, made by the check hook of the setting. Plain data:
// the server frees it.
struct Tenant {
  bool is_set;      // false: no tenant, which is never "all tenants"
  bool is_integer;  // `integer` holds it
  bool is_uuid;     // `uuid` holds it
  int64 integer;
  pg_uuid_t uuid;
};

// The tenant of the session now, and how many times it has been assigned. Reading costs nothing.
struct Current {
  const char* text;
  Tenant tenant;
  std::uint64_t generation;
};
extern constinit Current current;

// Parses `text` as the check hook does. Never fails: what is no integer and no UUID is text.
Tenant parse_tenant(const char* text) noexcept;

// Defines the settings and reserves their prefix. Called once, by _PG_init, so that parallel
// workers, which load the module before they receive the leader's settings, know them too.
void define_settings();

// Refuses a name that cannot hold a tenant, with SQLSTATE 22023: one that is not of the form
// prefix.name, which would be a setting of the server's own ("role", "search_path") or one that
// nobody can set, and one of ours with another meaning.
void require_tenant_setting(const std::string& name);

// Sets one that can hold a tenant: for this transaction, or for the session. C++ zone.
void set_tenant_setting(const std::string& name, const std::string& value, bool is_local);

}  // namespace tenancy::tenant
