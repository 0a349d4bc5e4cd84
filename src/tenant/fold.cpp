#include "tenant/fold.hpp"

#include "tenant/open_query.hpp"

namespace tenancy::tenant {
namespace {

bool plan_per_tenant = false;

// How many plannings that our hook has been called for are under way; folding needs one, to have
// the plan marked.
constinit int planning_depth = 0;
constinit std::uint64_t folded_calls = 0;
constinit bool has_folded_plans = false;  // or plans to be folded, since the last reset

constinit bool has_marked_plans = false;  // in this session

// The cache hash values of the functions called current_tenant, by which plans refer to them. Each
// planning of a call tells; 0 is none.
constinit std::uint32_t function_hashes[2] = {};

// The list of what a plan depends on holds the mark: the two halves of tenants_in_force, as of
// caches that do not exist.
constexpr int low_mark = -1;
constexpr int high_mark = -2;

std::uint32_t half_of(std::uint64_t tenants, int mark) noexcept {
  return static_cast<std::uint32_t>(mark == low_mark ? tenants : tenants >> 32);
}

planner_hook_type next_planner = nullptr;

// From here to the end of this namespace: server zone.

PlannedStmt* plan_next(Query* query, const char* source, int options, ParamListInfo parameters) {
  return (next_planner ? next_planner : standard_planner)(query, source, options, parameters);
}

PlannedStmt* plan_query(Query* query, const char* source, int options, ParamListInfo parameters) {
  if (!plan_per_tenant) return plan_next(query, source, options, parameters);
  std::uint64_t const before = folded_calls;
  std::uint64_t const tenants = tenants_in_force;
  PlannedStmt* volatile plan = nullptr;
  ++planning_depth;
  PG_TRY();
  { plan = plan_next(query, source, options, parameters); }
  PG_FINALLY();
  { --planning_depth; }
  PG_END_TRY();
  if (folded_calls != before) {
    for (int const cache : {low_mark, high_mark}) {
      PlanInvalItem* const mark = makeNode(PlanInvalItem);
      mark->cacheId = cache;
      mark->hashValue = half_of(tenants, cache);
      plan->invalItems = lappend(plan->invalItems, mark);
    }
    has_marked_plans = true;
  }
  return plan;
}

void assign_plan_per_tenant(bool value, void*) {
  if (value != plan_per_tenant) ResetPlanCache();
}

void remember_function(const FuncExpr* call) {
  function_hashes[call->args ? 0 : 1] =
      GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(call->funcid));
}

// The name of a setting that is a literal in the call; null where it is none.
const char* literal_name(const FuncExpr* call) {
  if (list_length(call->args) != 2) return nullptr;
  auto* const name = static_cast<Node*>(lsecond(call->args));
  if (!IsA(name, Const) || castNode(Const, name)->constisnull) return nullptr;
  return TextDatumGetCString(castNode(Const, name)->constvalue);
}

// The setting that a call names with a literal, if its changes are known of.
const Setting* folded_setting(const FuncExpr* call) {
  const char* const name = literal_name(call);
  return name ? find_setting(name) : nullptr;
}

// The tenant as a constant; null where it cannot be had without the risk of an error, which is left
// to the call.
Const* fold(const FuncExpr* call) {
  const Setting* const setting = folded_setting(call);
  if (!setting) return nullptr;
  has_folded_plans = true;  // also where it is not yet: the next tenant is worth another plan
  if (!setting->tenant.is_set) return nullptr;  // which may have to be an error
  Oid const type = call->funcresulttype;
  std::optional<Datum> value;
  if (type == TEXTOID || type == VARCHAROID)
    value = CStringGetTextDatum(setting->text);
  else if (has_form(type))
    value =
        to_datum(setting->tenant, type, static_cast<TenantStorage*>(palloc(sizeof(TenantStorage))));
  if (!value) return nullptr;
  int16 length;
  bool by_value;
  get_typlenbyval(type, &length, &by_value);
  return makeConst(type, -1, call->funccollid, length, *value, false, by_value);
}

bool is_mark(const PlanInvalItem* item) noexcept {
  return item->cacheId == low_mark || item->cacheId == high_mark;
}

}  // namespace

void define_folding() {
  DefineCustomBoolVariable(
      plan_per_tenant_name, "Plans queries for the tenant that is set.",
      "The tenant is a constant in each plan, and plans are made anew when the tenant changes.",
      &plan_per_tenant, false, PGC_USERSET, 0, nullptr, assign_plan_per_tenant, nullptr);
  next_planner = planner_hook;
  planner_hook = plan_query;
}

void forget_folded_plans() noexcept {
  if (!has_folded_plans) return;
  has_folded_plans = false;
  ResetPlanCache();
}

void require_current_plan(const PlannedStmt* plan) {
  if (!has_marked_plans) return;
  ListCell* cell;
  foreach (cell, plan->invalItems) {
    const auto* const item = lfirst_node(PlanInvalItem, cell);
    if (is_mark(item) && item->hashValue != half_of(tenants_in_force, item->cacheId))
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                      errmsg("the tenant has changed since this query was planned"),
                      errhint("Set the tenant in a statement of its own, or turn "
                              "tenancy.plan_per_tenant off.")));
  }
}

bool depends_on_tenant(const PlannedStmt* plan) noexcept {
  ListCell* cell;
  foreach (cell, plan->invalItems) {
    const auto* const item = lfirst_node(PlanInvalItem, cell);
    if (is_mark(item)) return true;
    if (item->cacheId == PROCOID && item->hashValue != 0 &&
        (item->hashValue == function_hashes[0] || item->hashValue == function_hashes[1]))
      return true;
  }
  return false;
}

// The planner support function of current_tenant().
TENANCY_FUNCTION(tenancy_current_tenant_support) {
  auto* const request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
  if (!IsA(request, SupportRequestSimplify)) PG_RETURN_POINTER(nullptr);
  auto* const simplify = reinterpret_cast<SupportRequestSimplify*>(request);
  remember_function(simplify->fcall);
  if (const char* const name = literal_name(simplify->fcall)) remember_slow_setting(name);
  // Without a planner the expression may outlive the tenant: a default's, say. And once the planner
  // has set up its array of relations, it has done with the query's own expressions, and asks for
  // the relations' check constraints, which were true when each row was written.
  if (!plan_per_tenant || planning_depth == 0 || !simplify->root ||
      simplify->root->simple_rel_array)
    PG_RETURN_POINTER(nullptr);
  Const* const value = fold(simplify->fcall);
  if (!value) PG_RETURN_POINTER(nullptr);
  ++folded_calls;
  PG_RETURN_POINTER(value);
}

}  // namespace tenancy::tenant
