#include "server/expression.hpp"

namespace tenancy {
namespace {

void locate_error(void* text) {
  show_error_in(static_cast<const char*>(text));
}

// Of a query that somebody copied from where it has parameters.
void hint_at_parameter(void* text) {
  locate_error(text);
  if (geterrcode() == ERRCODE_UNDEFINED_PARAMETER)
    errhint("Write a value in place of the parameter, one that is typical of it.");
}

// The expression of the one element of a SELECT that has nothing else; null for another SELECT.
Node* only_expression(const SelectStmt* select) {
  if (list_length(select->targetList) != 1 || select->distinctClause || select->fromClause ||
      select->whereClause || select->groupClause || select->havingClause || select->windowClause ||
      select->sortClause || select->limitOffset || select->limitCount || select->lockingClause)
    return nullptr;
  auto* const element = linitial_node(ResTarget, select->targetList);
  // In "a AND" the last word is read as the name of a column of the result.
  if (element->name)
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
                    errmsg("syntax error at or near \"%s\"", element->name)));
  bool const is_star = IsA(element->val, ColumnRef) &&
                       IsA(linitial(castNode(ColumnRef, element->val)->fields), A_Star);
  return is_star ? nullptr : element->val;
}

// As PL/pgSQL's expressions are parsed: what would stand behind SELECT.
Node* parse_bare_condition(const char* text) {
  List* const statements = raw_parser(text, RAW_PARSE_PLPGSQL_EXPR);
  Node* const expression =
      only_expression(castNode(SelectStmt, linitial_node(RawStmt, statements)->stmt));
  if (!expression)
    ereport(ERROR,
            (errcode(ERRCODE_SYNTAX_ERROR), errmsg("\"%s\" is not a single condition", text)));
  return expression;
}

// Folding keeps a COLLATE as a relabelling, of which the server's deparsing shows the type alone: a
// COLLATE again where the collation is not the one that comes of what is relabelled.
Node* with_collations(Node* node, void*) {
  if (!node) return nullptr;
  Node* const copy = mutate_expression(node, with_collations, nullptr);
  if (!IsA(copy, RelabelType)) return copy;
  auto* const relabel = castNode(RelabelType, copy);
  Oid const stated = relabel->resultcollid;
  Oid own = exprCollation(reinterpret_cast<Node*>(relabel->arg));
  if (!OidIsValid(own)) own = get_typcollation(relabel->resulttype);
  if (!OidIsValid(stated) || stated == own) return copy;
  relabel->resultcollid = own;
  auto* const collate = makeNode(CollateExpr);
  collate->arg = exprType(reinterpret_cast<Node*>(relabel->arg)) == relabel->resulttype
                     ? relabel->arg
                     : reinterpret_cast<Expr*>(relabel);
  collate->collOid = stated;
  collate->location = -1;
  return reinterpret_cast<Node*>(collate);
}

const char* qualified_sql(Oid relation, Node* expression, const char* name) {
  return in_neutral_settings([&]() -> const char* {
    return deparse_expression(with_collations(expression, nullptr),
                              deparse_context_for(name, relation), false, false);
  });
}

// A key as CREATE INDEX takes it: (a COLLATE "C") is a COLLATE "C", and (a) is a.
void unwrap(Oid relation, IndexElem* key) {
  if (!key->expr) return;
  if (IsA(key->expr, CollateExpr) && !key->collation) {
    HeapTuple const tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(exprCollation(key->expr)));
    auto* const form = reinterpret_cast<Form_pg_collation>(GETSTRUCT(tuple));
    key->collation = list_make2(makeString(get_namespace_name(form->collnamespace)),
                                makeString(pstrdup(NameStr(form->collname))));
    ReleaseSysCache(tuple);
  }
  while (IsA(key->expr, CollateExpr))
    key->expr = reinterpret_cast<Node*>(castNode(CollateExpr, key->expr)->arg);
  if (!IsA(key->expr, Var) || castNode(Var, key->expr)->varattno <= 0) return;
  key->name = get_attname(relation, castNode(Var, key->expr)->varattno, false);
  key->expr = nullptr;
}

Node* analyse(ParseState* state, Relation relation, const char* text, ParseExprKind kind,
              const char* construct) {
  ErrorContextCallback callback{error_context_stack, locate_error, const_cast<char*>(text)};
  error_context_stack = &callback;
  state->p_sourcetext = text;
  ParseNamespaceItem* const item =
      addRangeTableEntryForRelation(state, relation, AccessShareLock, nullptr, false, true);
  addNSItemToQuery(state, item, false, true, true);
  Node* const condition = transformWhereClause(state, parse_bare_condition(text), kind, construct);
  assign_expr_collations(state, condition);
  error_context_stack = callback.previous;
  return condition;
}

}  // namespace

void show_error_in(const char* text) {
  int const position = geterrposition();
  if (position <= 0) return;
  errposition(0);
  internalerrquery(text);
  internalerrposition(position);
}

Node* parse_condition(Oid relation, const char* text, ParseExprKind kind, const char* construct) {
  Relation const opened = table_open(relation, AccessShareLock);
  Node* const condition = analyse(make_parsestate(nullptr), opened, text, kind, construct);
  table_close(opened, NoLock);
  return condition;
}

Node* parse_query_condition(Relation relation, const char* text) {
  ParseState* const state = make_parsestate(nullptr);
  Oid* types = nullptr;
  int count = 0;
  setup_parse_variable_parameters(state, &types, &count);
  Node* const condition = analyse(state, relation, text, EXPR_KIND_WHERE, "WHERE");
  for (int i = 0; i < count; ++i)
    if (types[i] == UNKNOWNOID)
      ereport(ERROR, (errcode(ERRCODE_INDETERMINATE_DATATYPE),
                      errmsg("could not determine data type of parameter $%d", i + 1)));
  if (state->p_hasSubLinks)
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("cannot use subquery in the condition"),
             errhint("Write $1 for what it gives, which is not known either when a query "
                     "is planned.")));
  return condition;
}

IndexStmt* parse_create_index(Oid relation, const char* text) {
  ErrorContextCallback callback{error_context_stack, locate_error, const_cast<char*>(text)};
  error_context_stack = &callback;
  List* const statements = raw_parser(text, RAW_PARSE_DEFAULT);
  if (list_length(statements) != 1 || !IsA(linitial_node(RawStmt, statements)->stmt, IndexStmt))
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
                    errmsg("columns and predicate do not make up one CREATE INDEX"),
                    errdetail("%s", text)));
  auto* const parsed = castNode(IndexStmt, linitial_node(RawStmt, statements)->stmt);
  IndexStmt* const analysed = transformIndexStmt(relation, parsed, text);
  ListCell* cell;
  foreach (cell, analysed->indexParams) unwrap(relation, lfirst_node(IndexElem, cell));
  error_context_stack = callback.previous;
  return analysed;
}

List* parse_query(const char* text) {
  ErrorContextCallback callback{error_context_stack, hint_at_parameter, const_cast<char*>(text)};
  error_context_stack = &callback;
  List* const statements = raw_parser(text, RAW_PARSE_DEFAULT);
  if (list_length(statements) != 1)
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("the query is not one statement")));
  List* const queries = pg_analyze_and_rewrite_fixedparams(linitial_node(RawStmt, statements), text,
                                                           nullptr, 0, nullptr);
  ListCell* cell;
  foreach (cell, queries)
    if (lfirst_node(Query, cell)->commandType == CMD_UTILITY)
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("the query is not one that is planned"),
                      errdetail("It is not a SELECT, INSERT, UPDATE, DELETE or MERGE.")));
  error_context_stack = callback.previous;
  return queries;
}

List* canonical_condition(Node* condition) {
  Node* const folded = eval_const_expressions(nullptr, condition);
  return make_ands_implicit(
      reinterpret_cast<Expr*>(canonicalize_qual(reinterpret_cast<Expr*>(folded), false)));
}

const char* expression_sql(Oid relation, Node* expression) {
  return qualified_sql(relation, expression, get_rel_name(relation));
}

const char* readable_sql(Oid relation, Node* expression) {
  Datum const tree = CStringGetTextDatum(nodeToString(with_collations(expression, nullptr)));
  return TextDatumGetCString(
      DirectFunctionCall3(pg_get_expr_ext, tree, ObjectIdGetDatum(relation), BoolGetDatum(true)));
}

const char* expression_sql(Oid relation, const char* tree, const char* name) {
  return qualified_sql(relation, static_cast<Node*>(stringToNode(tree)), name);
}

}  // namespace tenancy
