#include "event/schema_constraint.hpp"

#include "jsonschema/schema/document.hpp"
#include "server/catalog.hpp"

namespace tenancy::event {
namespace {

// This section is server zone.

Oid function_named(const char* signature) {
  return DatumGetObjectId(DirectFunctionCall1(regprocedurein, CStringGetDatum(signature)));
}

// What the server writes around a column of a domain.
Node* without_relabeling(Node* node) {
  while (node && IsA(node, RelabelType))
    node = reinterpret_cast<Node*>(castNode(RelabelType, node)->arg);
  return node;
}

// Plain data.
struct Stored {
  Oid oid;
  const char* name;
  bool is_validated, is_inherited;
  AttrNumber column;  // 0: no schema constraint
  Datum schema;
  bool assert_format;
};

// Fills in what the condition of a schema constraint says. Other conditions are left alone: to fold
// their constants could raise an error.
void read_condition(Node* condition, Stored& constraint) {
  if (!condition || !IsA(condition, FuncExpr)) return;
  Oid const function = castNode(FuncExpr, condition)->funcid;
  if (function != function_named("tenancy.jsonb_matches_schema(tenancy.jsonschema, "
                                 "pg_catalog.jsonb, pg_catalog.bool)") &&
      function != function_named("tenancy.json_matches_schema(tenancy.jsonschema, "
                                 "pg_catalog.json, pg_catalog.bool)"))
    return;
  // Casts become constants, arguments by name and defaults take their places.
  Node* const folded = eval_const_expressions(nullptr, condition);
  if (!IsA(folded, FuncExpr) || list_length(castNode(FuncExpr, folded)->args) != 3) return;
  List* const arguments = castNode(FuncExpr, folded)->args;
  auto* const schema = static_cast<Node*>(linitial(arguments));
  Node* const column = without_relabeling(static_cast<Node*>(lsecond(arguments)));
  auto* const formats = static_cast<Node*>(lthird(arguments));
  if (!IsA(schema, Const) || castNode(Const, schema)->constisnull || !IsA(column, Var) ||
      castNode(Var, column)->varattno <= 0 || !IsA(formats, Const) ||
      castNode(Const, formats)->constisnull)
    return;
  constraint.column = castNode(Var, column)->varattno;
  constraint.schema = castNode(Const, schema)->constvalue;
  constraint.assert_format = DatumGetBool(castNode(Const, formats)->constvalue);
}

Stored read_constraint(HeapTuple tuple, TupleDesc descriptor) {
  auto* const form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
  Stored constraint{};
  constraint.oid = form->oid;
  constraint.name = pstrdup(NameStr(form->conname));
  constraint.is_validated = form->convalidated;
  constraint.is_inherited = form->coninhcount > 0;
  if (form->contype != CONSTRAINT_CHECK || form->connoinherit || !is_enforced(form))
    return constraint;
  bool is_null;
  Datum const tree = heap_getattr(tuple, Anum_pg_constraint_conbin, descriptor, &is_null);
  if (!is_null)
    read_condition(static_cast<Node*>(stringToNode(TextDatumGetCString(tree))), constraint);
  return constraint;
}

}  // namespace

JsonColumn find_json_column(const RelationFacts& relation, const std::string& name) {
  ColumnFacts column = describe_column(relation, name);
  Oid const type = server([&] { return getBaseType(column.type); });
  if (type != JSONBOID && type != JSONOID)
    throw Error(ERRCODE_DATATYPE_MISMATCH, "column \"" + name + "\" of relation \"" +
                                               relation.name + "\" is of type " +
                                               column.type_label() + ", not jsonb or json");
  return {std::move(column), type == JSONOID};
}

bool Constraint::checks(AttrNumber wanted, const std::string& document, bool formats) const {
  return column != 0 && column == wanted && assert_format == formats &&
         (schema == document || jsonschema::same_document(schema, document));
}

std::vector<Constraint> read_constraints(const RelationFacts& relation) {
  Rows<Stored> const found = server([&] {
    Rows<Stored> constraints{};
    scan_catalog(ConstraintRelationId, ConstraintRelidTypidNameIndexId,
                 {oid_key(Anum_pg_constraint_conrelid, relation.oid)},
                 [&](HeapTuple tuple, TupleDesc descriptor) {
                   constraints.add(read_constraint(tuple, descriptor));
                 });
    return constraints;
  });
  std::vector<Constraint> constraints;
  for (const Stored& stored : found)
    constraints.push_back({stored.oid, stored.name, stored.is_validated, stored.is_inherited,
                           stored.column, stored.column ? to_string(stored.schema) : "",
                           stored.assert_format});
  return constraints;
}

const Constraint* find_by_name(const std::vector<Constraint>& constraints,
                               const std::string& name) {
  for (const Constraint& constraint : constraints)
    if (constraint.name == name) return &constraint;
  return nullptr;
}

std::string definition_of(const Constraint& constraint) {
  const auto rows = Sql().query("SELECT pg_catalog.pg_get_constraintdef($1::pg_catalog.oid)",
                                {std::to_string(constraint.oid)});
  return rows.at(0).at(0).value_or("constraint \"" + constraint.name + "\"");
}

std::string default_constraint_name(const RelationFacts& relation, const std::string& column) {
  return server([&]() -> const char* {
    return makeObjectName(relation.name.c_str(), column.c_str(), "schema");
  });
}

}  // namespace tenancy::event
