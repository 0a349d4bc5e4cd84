// tenancy.plan_per_tenant: the tenant as a constant in the plan.
//
// current_tenant() is STABLE: the planner does not know its value, and plans for an average tenant.
// With this setting its planner support function answers with the value, so that partitions are
// pruned as the query is planned, per-tenant partial indexes and the tenant's own statistics are
// used, and a distributed table's query goes to one node. Only the fast path's settings and types
// are folded, since only their changes are known of.
//
// A folded plan must never run for another tenant. Three things see to it:
//   - a change of the tenant in force, however it comes about, makes the server plan every cached
//     plan anew (ResetPlanCache), unless nothing has been folded since the last time;
//   - a plan is marked with the tenants that it was made for; one that is started for others all
//     the same is refused with SQLSTATE 55000. That are plans which are not in the server's cache:
//     the statements of a function in SQL, whose plans live as long as the query that calls it
//     (before PostgreSQL 18), if that query, or the function, changes the tenant;
//   - a query that is open while the tenant changes is refused to go on (open_query.hpp).
#pragma once

#include "tenant/settings.hpp"

namespace tenancy::tenant {

inline constexpr const char* plan_per_tenant_name = "tenancy.plan_per_tenant";

// Defines the setting and installs the planner's hook. Server zone.
void define_folding();

// The tenant in force has changed. Raises nothing.
void forget_folded_plans() noexcept;

// Refuses a plan that was folded for other tenants: 55000. Server zone.
void require_current_plan(const PlannedStmt* plan);

// Whether the plan calls current_tenant(), or did before it was folded.
bool depends_on_tenant(const PlannedStmt* plan) noexcept;

}  // namespace tenancy::tenant
