// create_payload_index().
#include "index/plan.hpp"
#include "server/index_facts.hpp"
#include "server/tenant_key.hpp"

namespace tenancy::index {
namespace {

void require_jsonb(const RelationFacts& relation, const std::string& name) {
  const ColumnFacts column = describe_column(relation, name);
  if (server([&] { return getBaseType(column.type); }) == JSONBOID) return;
  throw Error(ERRCODE_DATATYPE_MISMATCH, "column \"" + name + "\" of relation \"" + relation.name +
                                             "\" is of type " + column.type_label() +
                                             ", not jsonb");
}

// GIN with jsonb_path_ops: smaller and faster than jsonb_ops for the one operator that it knows.
// With the tenant it is hardly larger, and a large tenant's rows need not be collected from another
// index to be combined with it.
IndexRequest payload_index(const RelationFacts& relation, const std::string& column,
                           const std::optional<ColumnFacts>& tenant, const OptionalText& name) {
  IndexRequest request;
  if (tenant) request.columns.push_back(tenant->name);
  request.columns.push_back(quote_identifier(column) + " pg_catalog.jsonb_path_ops");
  request.method = "gin";
  IndexRequest label;
  label.columns = {column, "gin"};
  request.name = name ? name : default_name(relation, label);
  return request;
}

}  // namespace

TENANCY_FUNCTION(tenancy_create_payload_index) {
  Arguments const arguments(fcinfo);
  const std::string column = arguments.name(1);
  const OptionalText name = arguments.optional_identifier(2);
  const std::optional<bool> tenant_leading = arguments.optional_boolean(3);
  bool const dry_run = arguments.boolean(4);
  const RelationFacts relation =
      lock_owned_indexable(arguments.oid(0), dry_run ? AccessShareLock : building_lock);
  require_jsonb(relation, column);
  std::optional<ColumnFacts> tenant;
  if (tenant_leading) tenant = choose_tenant_key(relation, "gin", tenant_leading);
  if (const OptionalText existing = find_containment_index(relation, column, tenant)) {
    notice("index \"" + *existing + "\" already serves tenancy.contains() on column \"" + column +
           "\" of table \"" + relation.name + "\"");
    return run_and_return(fcinfo, StatementList(), dry_run);
  }
  if (!tenant_leading) tenant = choose_tenant_key(relation, "gin", tenant_leading);
  const IndexPlan plan = plan_index(relation, payload_index(relation, column, tenant, name));
  notice_existing(plan);
  return run_and_return(fcinfo, plan.statements, dry_run);
}

}  // namespace tenancy::index
