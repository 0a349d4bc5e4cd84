// The seal: who may change the tenant of a transaction, and when.
//
//   off          whoever can SET, any time (the default)
//   transaction  the first tenant of a transaction stays to its end
//   token        the same, and only authenticate() sets one
//
// Under a seal a tenant counts if it is set within the transaction that it is for, and ends with
// that. What was set before, by configuration, as a connection is made, or before the module was
// loaded, does not count. Any other value is refused with SQLSTATE 42501. Where the server asks
// nobody, as when a savepoint is rolled back, the setting's value changes and the tenant in force
// does not.
//
// The server asks before a SET, and not before a RESET: that is found out in its assign hook, which
// must not fail, and refused at the end of the same statement.
#pragma once

#include "tenant/settings.hpp"

namespace tenancy::tenant {

enum class Seal : int { off, transaction, token };

// The one in force.
extern constinit Seal seal;

// Whether the module is being loaded: values assigned now were set before.
extern constinit bool loading;

// Defines tenancy.seal and installs what guards it. Server zone; before any other setting.
void define_seal();
// Warns where a tenant had been set before the module was loaded, if the seal makes that void.
void warn_of_ignored_values();

struct InForce {
  const char* text;  // "" for no tenant
  Tenant tenant;
};
// What the setting's value and the seal make of each other.
InForce in_force(Setting& setting) noexcept;

// For a setting's check hook: whether `value` may be assigned. If not, the server's error is made
// ready.
bool may_assign(const Setting& setting, const char* value, GucSource source);
// For a check hook that says yes: the transaction in which the assignment will seal the setting, or
// 0 where it will not. False if there is no memory to keep the value in.
bool prepare_to_seal(Setting& setting, const char* value, GucSource source,
                     std::uint64_t* seals_in) noexcept;
// For a setting's assign hook, with the new value in its place.
void assigned(Setting& setting, std::uint64_t seals_in) noexcept;
// For a setting's show hook, by which set_config() reads what it has done: raises 42501 if that
// was a reset under the seal.
void refuse_reset();

// Defines the settings if that could not be done as the module was loaded. Within a parallel
// operation it still cannot; if there might be a seal then, 55000. Server zone.
void require_known_seal();
// Refuses a setting that the seal cannot protect: 42501. Server zone.
void require_sealable(const char* setting);

// Sets the tenant for this transaction on the word of a verified token.
void set_authenticated_tenant(const std::string& setting, const std::string& tenant);

}  // namespace tenancy::tenant
