// The settings that hold a tenant, and what each of them says now.
//
// A setting has a value, which SET, RESET, a savepoint rolled back and the server's configuration
// change, and a tenant in force, which is what current_tenant() returns. Without a seal (seal.hpp)
// they are the same. Both are kept up to date by the setting's hooks, so that reading is free.
//
// tenancy.tenant_id is such a setting, and so is each one that tenancy.settings names. Any other
// custom setting can hold a tenant too: the server keeps it as mere text, which is looked up and
// parsed as it is read (the slow path), and no seal protects it.
//
// A setting must be defined before a parallel worker receives the leader's settings: a worker loads
// the module, and then gets tenancy.settings, before it reads anything.
#pragma once

#include "tenant/value.hpp"

namespace tenancy::tenant {

// The setting that set_tenant() and the policies use unless told otherwise.
inline constexpr const char* own_setting = "tenancy.tenant_id";

// How many settings can have had the fast path: tenancy.tenant_id and sixty-four more. A definition
// stays to the end of the process.
inline constexpr int max_settings = 65;

struct Setting {
  const char* name;
  bool is_listed;                         // in tenancy.settings now, or tenancy.tenant_id
  char* variable;                         // the server's; `value` once an assignment is over
  const config_generic* variable_record;  // the server's record of it

  // What the server has assigned last.
  const char* value;
  Tenant value_tenant;
  bool is_session_value;  // by SET, set_config() and the like, not by configuration

  // In force.
  const char* text;
  Tenant tenant;

  // The seal's: the tenant that holds to the end of the transaction `sealed_in`.
  char* sealed_text;
  std::size_t sealed_capacity;
  Tenant sealed_tenant;
  std::uint64_t sealed_in;
};

// What the check hook hands to the assign hook. Plain data: the server frees it.
struct Assignment {
  Tenant tenant;
  bool is_session_value;
  std::uint64_t seals_in;  // the transaction that it is sealed in, 0 for none
};

// Settings are compared without regard to the case of ASCII letters.
inline bool is_same_name(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && pg_strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// The settings that are defined, tenancy.tenant_id first. Never moved.
std::span<Setting> settings() noexcept;
bool is_defined_setting(std::string_view name) noexcept;
// The one of that name that has the fast path, or null.
Setting* find_setting(std::string_view name) noexcept;

// How many more can be defined, and the definition of one, unlisted. Server zone.
std::size_t room_for_settings() noexcept;
void define_setting(std::string_view name);

// The state of the tenants: counts, from 1, how often what a call of current_tenant() returns may
// have changed.
extern constinit std::uint64_t changes;
// Which tenants are in force: the same number for the same tenants, and for others, but for chance,
// another.
extern constinit std::uint64_t tenants_in_force;

// Puts in force what the value and the seal say now.
void refresh(Setting& setting) noexcept;
void refresh_all() noexcept;

// Defines the settings of other rooms, with these and before their prefix is reserved. May be called
// again after an error. Set by the module. Server zone.
using DefineSettings = void (*)();
extern constinit DefineSettings define_other_settings;

// Defines the settings, unless that has been done, and reserves their prefix. It is done as the
// module is loaded; but the server refuses it within a parallel operation, where the module may be
// loaded too. False: not done, only the slow path is there. Server zone.
bool define_settings();
// The same, where a false answer is an error: 55000. Server zone.
void require_settings();

// Refuses a name that cannot hold a tenant, with SQLSTATE 22023: one that is not of the form
// prefix.name, which would be a setting of the server's own ("role", "search_path") or one that
// nobody can set, and one of ours with another meaning.
void require_tenant_setting(std::string_view name);

// SET, or SET LOCAL with `is_local`, of a setting that can hold a tenant, subject to the caller's
// privileges and to the seal. Server zone, and may throw as require_tenant_setting() does: call it
// while no object with a destructor is alive, or within server().
void set_tenant_setting(const char* name, const char* value, bool is_local);

}  // namespace tenancy::tenant
