// create_payload_index().
#include "index/plan.hpp"
#include "server/index_facts.hpp"

namespace tenancy::index {
namespace {

void require_jsonb(const RelationFacts& relation, const std::string& name) {
  const ColumnFacts column = describe_column(relation, name);
  if (server([&] { return getBaseType(column.type); }) == JSONBOID) return;
  throw Error(ERRCODE_DATATYPE_MISMATCH, "column \"" + name + "\" of relation \"" + relation.name +
                                             "\" is of type " + column.type_label() +
                                             ", not jsonb");
}

// Whether GIN knows how to look up the tenant, which of the usual types only an extension tells it.
bool has_gin_equality(const ColumnFacts& tenant) {
  return server([&]() -> bool {
    Oid const opclass = GetDefaultOpClass(tenant.type, GIN_AM_OID);
    if (!OidIsValid(opclass)) return false;
    Oid const equality = lookup_type_cache(tenant.type, TYPECACHE_EQ_OPR)->eq_opr;
    return op_in_opfamily(equality, get_opclass_family(opclass));
  });
}

// The tenant column, where the index is to have it: nothing of `wanted` is wherever it can.
std::optional<ColumnFacts> choose_tenant(const RelationFacts& relation,
                                         std::optional<bool> wanted) {
  if (wanted && !*wanted) return std::nullopt;
  std::optional<ColumnFacts> tenant = find_tenant_column(relation);
  if (!tenant && wanted)
    throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "table \"" + relation.name + "\" is not isolated by a column")
        .hint("Isolate it with tenancy.enable_isolation(), or leave tenant_leading out.");
  if (!tenant || has_gin_equality(*tenant)) return tenant;
  const std::string why = "GIN has no operator class for type " + tenant->type_label();
  const char* const hint = "The extension btree_gin brings operator classes for the usual types.";
  const std::string column = "tenant column \"" + tenant->name + "\"";
  if (wanted) throw Error(ERRCODE_UNDEFINED_OBJECT, why + " of " + column).hint(hint);
  notice("the index leaves out " + column + ": " + why, hint);
  return std::nullopt;
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
  const OptionalText name = arguments.optional_name(2);
  std::optional<bool> tenant_leading;
  if (!arguments.is_null(3)) tenant_leading = arguments.boolean(3);
  bool const dry_run = arguments.boolean(4);
  const RelationFacts relation =
      lock_owned_table(arguments.oid(0), dry_run ? AccessShareLock : ShareLock);
  require_jsonb(relation, column);
  std::optional<ColumnFacts> tenant;
  if (tenant_leading) tenant = choose_tenant(relation, tenant_leading);
  if (const OptionalText existing = find_containment_index(relation, column, tenant)) {
    notice("index \"" + *existing + "\" already serves tenancy.contains() on column \"" + column +
           "\" of table \"" + relation.name + "\"");
    return run_and_return(fcinfo, StatementList(), dry_run);
  }
  if (!tenant_leading) tenant = choose_tenant(relation, tenant_leading);
  const IndexPlan plan = plan_index(relation, payload_index(relation, column, tenant, name));
  notice_existing(plan);
  return run_and_return(fcinfo, plan.statements, dry_run);
}

}  // namespace tenancy::index
