#include "isolation/policy.hpp"

#include <algorithm>

#include "server/expression.hpp"

namespace tenancy::isolation {
namespace {

constexpr std::string_view undo_prefix = "pg_tenancy isolation; disabling it does: DROP POLICY";
constexpr std::string_view undo_row_security = ", DISABLE ROW LEVEL SECURITY";
constexpr std::string_view undo_force = ", NO FORCE ROW LEVEL SECURITY";
constexpr std::string_view undo_default = ", DROP DEFAULT";

bool is_true(const OptionalText& value) {
  return value && *value == "t";
}

// Whether a stored expression is the tree that `condition` parses to. Server zone.
bool equals_condition(Relation policies, HeapTuple policy, AttrNumber attribute, Oid relation,
                      const char* condition) {
  bool is_null;
  Datum const stored = heap_getattr(policy, attribute, RelationGetDescr(policies), &is_null);
  if (is_null) return false;
  return equal(stringToNode(TextDatumGetCString(stored)),
               parse_condition(relation, condition, EXPR_KIND_POLICY, "POLICY"));
}

bool has_condition(Oid policy, Oid relation, const std::string& condition) {
  return server([&]() -> bool {
    Relation const policies = table_open(PolicyRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_policy_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(policy));
    SysScanDesc const scan = systable_beginscan(policies, PolicyOidIndexId, true, nullptr, 1, &key);
    HeapTuple const tuple = systable_getnext(scan);
    bool const same =
        HeapTupleIsValid(tuple) &&
        equals_condition(policies, tuple, Anum_pg_policy_polqual, relation, condition.c_str()) &&
        equals_condition(policies, tuple, Anum_pg_policy_polwithcheck, relation, condition.c_str());
    systable_endscan(scan);
    table_close(policies, AccessShareLock);
    return same;
  });
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> first_column(const std::vector<Sql::Row>& rows) {
  std::vector<std::string> values;
  for (const Sql::Row& row : rows) values.push_back(row[0].value_or(""));
  return values;
}

}  // namespace

std::string Undo::to_comment() const {
  std::string comment(undo_prefix);
  if (column_default) comment += undo_default;
  if (force_row_security) comment += undo_force;
  if (row_security) comment += undo_row_security;
  return comment;
}

std::optional<Undo> Undo::from_comment(const std::string& comment) {
  if (!comment.starts_with(undo_prefix)) return std::nullopt;
  auto const says = [&](std::string_view part) { return comment.find(part) != std::string::npos; };
  return Undo{says(undo_row_security), says(undo_force), says(undo_default)};
}

std::vector<Policy> read_policies(const RelationFacts& relation) {
  Sql sql;
  const std::string oid = std::to_string(relation.oid);
  // One row for a policy and a role; a policy FOR ... TO PUBLIC has the role 0.
  const auto rows = sql.query(
      "SELECT p.oid, p.polname, p.polpermissive, p.polcmd, "
      "  pg_catalog.pg_get_expr(p.polqual, p.polrelid), "
      "  pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), "
      "  EXISTS (SELECT FROM pg_catalog.pg_depend d "
      "    WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_policy'::pg_catalog.regclass "
      "    AND d.objid OPERATOR(pg_catalog.=) p.oid "
      "    AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass "
      "    AND d.refobjid OPERATOR(pg_catalog.=) "
      "      'tenancy.current_tenant(anyelement,text)'::pg_catalog.regprocedure), "
      "  pg_catalog.obj_description(p.oid, 'pg_policy'), r.role, a.rolname "
      "FROM pg_catalog.pg_policy p "
      "CROSS JOIN LATERAL pg_catalog.unnest(p.polroles) AS r(role) "
      "LEFT JOIN pg_catalog.pg_roles a ON a.oid OPERATOR(pg_catalog.=) r.role "
      "WHERE p.polrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "ORDER BY p.polname, p.oid, a.rolname",
      {oid});
  std::vector<Policy> policies;
  for (const Sql::Row& row : rows) {
    Oid const policy_oid = static_cast<Oid>(std::stoul(*row[0]));
    if (policies.empty() || policies.back().oid != policy_oid) {
      Policy policy;
      policy.oid = policy_oid;
      policy.name = *row[1];
      policy.is_permissive = is_true(row[2]);
      policy.command = (*row[3])[0];
      policy.using_condition = row[4];
      policy.check_condition = row[5];
      policy.names_tenant = is_true(row[6]);
      if (row[7]) policy.undo = Undo::from_comment(*row[7]);
      policies.push_back(std::move(policy));
    }
    policies.back().roles.push_back(row[9].value_or("public"));
  }
  return policies;
}

std::string Policy::definition(const RelationFacts& relation) const {
  const char* const commands = command == 'r'   ? "SELECT"
                               : command == 'a' ? "INSERT"
                               : command == 'w' ? "UPDATE"
                               : command == 'd' ? "DELETE"
                                                : "ALL";
  std::string text = "CREATE POLICY " + quote_identifier(name) + " ON " + relation.qualified() +
                     " AS " + (is_permissive ? "PERMISSIVE" : "RESTRICTIVE") + " FOR " + commands +
                     " TO " + quote_roles(roles);
  if (using_condition) text += " USING (" + *using_condition + ")";
  if (check_condition) text += " WITH CHECK (" + *check_condition + ")";
  return text;
}

std::string create_statement(const RelationFacts& relation, const PolicyDefinition& definition) {
  Policy policy;
  policy.name = definition.name;
  policy.roles = definition.roles;
  policy.using_condition = policy.check_condition = definition.condition;
  return policy.definition(relation);
}

bool is_same(const RelationFacts& relation, const Policy& policy,
             const PolicyDefinition& definition) {
  return policy.is_permissive && policy.command == '*' &&
         sorted(policy.roles) == sorted(definition.roles) &&
         has_condition(policy.oid, relation.oid, definition.condition);
}

std::string tenant_call(const ColumnFacts& column, const std::string& setting) {
  return "tenancy.current_tenant(NULL::" + column.type_name() + ", " + quote_literal(setting) + ")";
}

std::string tenant_condition(const ColumnFacts& column, const std::string& setting) {
  struct Operator {
    const char* schema;
    const char* name;
  };
  // The equality of the type's default operator class, wherever it lives: citext's, for one.
  Operator const equality = server([&]() -> Operator {
    Oid const oid = lookup_type_cache(column.type, TYPECACHE_EQ_OPR)->eq_opr;
    if (!OidIsValid(oid)) return {};
    HeapTuple const tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) return {};
    Oid const schema = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oprnamespace;
    ReleaseSysCache(tuple);
    return {get_namespace_name(schema), get_opname(oid)};
  });
  if (!equality.name)
    throw Error(ERRCODE_UNDEFINED_FUNCTION, "type " + column.type_label() + " of tenant column \"" +
                                                column.name + "\" has no equality operator");
  return quote_identifier(column.name) + " OPERATOR(" + quote_identifier(equality.schema) + "." +
         equality.name + ") " + tenant_call(column, setting);
}

std::vector<std::string> columns_with_tenant_default(const RelationFacts& relation) {
  Sql sql;
  return first_column(sql.query(
      "SELECT a.attname FROM pg_catalog.pg_attrdef f "
      "JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) f.adrelid "
      "  AND a.attnum OPERATOR(pg_catalog.=) f.adnum "
      "WHERE f.adrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid AND EXISTS ("
      "  SELECT FROM pg_catalog.pg_depend d "
      "  WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_attrdef'::pg_catalog.regclass "
      "  AND d.objid OPERATOR(pg_catalog.=) f.oid "
      "  AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass "
      "  AND d.refobjid OPERATOR(pg_catalog.=) "
      "    'tenancy.current_tenant(anyelement,text)'::pg_catalog.regprocedure) "
      "ORDER BY a.attnum",
      {std::to_string(relation.oid)}));
}

std::vector<std::string> indexes_made_here(const RelationFacts& relation) {
  Sql sql;
  const auto rows = sql.query(
      "SELECT n.nspname, c.relname FROM pg_catalog.pg_index i "
      "JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace "
      "WHERE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND pg_catalog.obj_description(c.oid, 'pg_class') OPERATOR(pg_catalog.=) $2 "
      "ORDER BY c.relname",
      {std::to_string(relation.oid), index_comment});
  std::vector<std::string> names;
  for (const Sql::Row& row : rows) names.push_back(quote_qualified(*row[0], *row[1]));
  return names;
}

}  // namespace tenancy::isolation
