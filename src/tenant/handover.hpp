// How parallel workers learn the tenants that the seal keeps in force.
//
// A worker receives the leader's settings. Under a seal their values say nothing: one may be left
// behind by an earlier transaction, or be gone with a savepoint while its tenant is not. So the
// leader writes what is in force into a setting of its own, tenancy.in_force, which only superusers
// may set, for as long as the transaction; and a worker under a seal believes that, and nothing
// else. A worker that was started in another way than by a query (to build an index, say) finds
// nothing there, and has no tenant.
//
// Format: `name=length:text;` for each setting that has a tenant, the length in bytes.
#pragma once

#include "server/guard.hpp"

namespace tenancy::tenant {

// Defines the setting. Server zone, after all others.
void define_handover();

// Hands the tenants in force to the workers of a parallel operation that is to begin. Server zone.
void prepare_for_workers();

// In a worker: the tenant that was handed to it; empty for none.
std::string_view handed_tenant(const char* setting) noexcept;

}  // namespace tenancy::tenant
