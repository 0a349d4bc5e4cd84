#include "index/conflict_target.hpp"

#include "server/expression.hpp"

namespace tenancy::index {
namespace {

// Server zone but for the last function.

const char* qualified_name(Oid schema, const char* name) {
  return quote_qualified_identifier(get_namespace_name(schema), name);
}

void append_collation(StringInfo text, const IndexElem* element, Oid own) {
  if (!element->collation) return;
  Oid const collation = get_collation_oid(element->collation, false);
  if (collation == own) return;
  HeapTuple const tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
  auto* const form = reinterpret_cast<Form_pg_collation>(GETSTRUCT(tuple));
  appendStringInfo(text, " COLLATE %s",
                   qualified_name(form->collnamespace, NameStr(form->collname)));
  ReleaseSysCache(tuple);
}

void append_opclass(StringInfo text, const IndexElem* element, Oid type, const char* method) {
  if (!element->opclass) return;
  Oid const am = get_index_am_oid(method, false);
  Oid const opclass = ResolveOpClass(element->opclass, type, method, am);
  if (opclass == GetDefaultOpClass(type, am)) return;
  HeapTuple const tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
  auto* const form = reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple));
  appendStringInfo(text, " %s", qualified_name(form->opcnamespace, NameStr(form->opcname)));
  ReleaseSysCache(tuple);
}

void append_key(StringInfo text, Oid relation, const IndexElem* element, const char* method) {
  Oid type, collation;
  if (element->expr) {
    type = exprType(element->expr);
    collation = exprCollation(element->expr);
    appendStringInfo(text, "(%s)", expression_sql(relation, element->expr));
  } else {
    int32 type_modifier;
    get_atttypetypmodcoll(relation, get_attnum(relation, element->name), &type, &type_modifier,
                          &collation);
    appendStringInfoString(text, ::quote_identifier(element->name));
  }
  append_collation(text, element, collation);
  append_opclass(text, element, type, method);
}

// The server infers no index by such a key.
bool is_whole_row(Node* expression) {
  return expression && IsA(expression, Var) && castNode(Var, expression)->varattno == 0;
}

const char* target_of(Oid relation, const char* statement_text) {
  IndexStmt* const statement = parse_create_index(relation, statement_text);
  ListCell* cell;
  foreach (cell, statement->indexParams)
    if (is_whole_row(lfirst_node(IndexElem, cell)->expr)) return nullptr;
  StringInfoData text;
  initStringInfo(&text);
  appendStringInfoString(&text, "ON CONFLICT (");
  const char* separator = "";
  foreach (cell, statement->indexParams) {
    appendStringInfoString(&text, separator);
    append_key(&text, relation, lfirst_node(IndexElem, cell), statement->accessMethod);
    separator = ", ";
  }
  appendStringInfoChar(&text, ')');
  if (statement->whereClause)
    appendStringInfo(&text, " WHERE %s", expression_sql(relation, statement->whereClause));
  return text.data;
}

}  // namespace

OptionalText conflict_target(const RelationFacts& relation, const IndexRequest& request) {
  if (!request.is_unique) return std::nullopt;
  const std::string statement = create_statement(relation, request, "inferred");
  const char* const target = server([&] { return target_of(relation.oid, statement.c_str()); });
  return target ? OptionalText(target) : std::nullopt;
}

}  // namespace tenancy::index
