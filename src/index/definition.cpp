#include "index/definition.hpp"

#include <algorithm>
#include <map>

#include "server/catalog.hpp"
#include "server/expression.hpp"
#include "server/name.hpp"

namespace tenancy::index {
namespace {

// `text` where a parenthesis follows: a comment at its end must not swallow that.
std::string closed(const std::string& text) {
  return text.find("--") == std::string::npos ? text : text + "\n";
}

bool is_column(const RelationFacts& relation, const std::string& name) {
  return server([&] { return get_attnum(relation.oid, name.c_str()) > 0; });
}

// The rest of this section is server zone.

// One index, as its catalog rows and its trees say it is.
struct Shape {
  Oid method;
  bool is_unique, nulls_not_distinct, is_deferrable;
  int keys, attributes;
  AttrNumber numbers[INDEX_MAX_KEYS];  // 0: the next of `expressions`
  Oid opclasses[INDEX_MAX_KEYS];
  Oid collations[INDEX_MAX_KEYS];
  int16 options[INDEX_MAX_KEYS];
  Datum parameters[INDEX_MAX_KEYS];  // of the opclass, as text[]; null where there are none
  List* expressions;
  List* predicate;
};

bool same_parameters(Datum a, Datum b) {
  if (a == Datum{0} || b == Datum{0}) return a == b;
  return datumIsEqual(PointerGetDatum(PG_DETOAST_DATUM(a)), PointerGetDatum(PG_DETOAST_DATUM(b)),
                      false, -1);
}

bool same_shape(const Shape& a, const Shape& b) {
  if (a.method != b.method || a.is_unique != b.is_unique ||
      (a.is_unique && a.nulls_not_distinct != b.nulls_not_distinct) ||
      a.is_deferrable != b.is_deferrable || a.keys != b.keys || a.attributes != b.attributes)
    return false;
  for (int i = 0; i < a.attributes; ++i)
    if (a.numbers[i] != b.numbers[i]) return false;
  for (int i = 0; i < a.keys; ++i)
    if (a.opclasses[i] != b.opclasses[i] || a.collations[i] != b.collations[i] ||
        a.options[i] != b.options[i] || !same_parameters(a.parameters[i], b.parameters[i]))
      return false;
  return equal(a.expressions, b.expressions) && equal(a.predicate, b.predicate);
}

// Those of the table that are being dropped too, which RelationGetIndexList() leaves out.
List* all_indexes(Oid relation) {
  List* indexes = NIL;
  scan_catalog(IndexRelationId, IndexIndrelidIndexId, {oid_key(Anum_pg_index_indrelid, relation)},
               [&](HeapTuple tuple, TupleDesc) {
                 indexes = lappend_oid(
                     indexes, reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple))->indexrelid);
               });
  return indexes;
}

Shape shape_of(Relation index) {
  Form_pg_index const form = index->rd_index;
  Shape shape{};
  shape.method = index->rd_rel->relam;
  shape.is_unique = form->indisunique;
  shape.nulls_not_distinct = form->indnullsnotdistinct;
  shape.is_deferrable = !form->indimmediate;
  shape.keys = form->indnkeyatts;
  shape.attributes = form->indnatts;
  bool is_null;
  auto* const opclasses = reinterpret_cast<oidvector*>(DatumGetPointer(
      SysCacheGetAttr(INDEXRELID, index->rd_indextuple, Anum_pg_index_indclass, &is_null)));
  for (int i = 0; i < shape.attributes; ++i) shape.numbers[i] = form->indkey.values[i];
  for (int i = 0; i < shape.keys; ++i) {
    shape.opclasses[i] = opclasses->values[i];
    shape.collations[i] = index->rd_indcollation[i];
    shape.options[i] = index->rd_indoption[i];
    shape.parameters[i] = get_attoptions(RelationGetRelid(index), static_cast<int16>(i + 1));
  }
  shape.expressions = RelationGetIndexExpressions(index);
  shape.predicate = RelationGetIndexPredicate(index);
  return shape;
}

int16 options_of(const IndexElem* element) {
  int16 options = element->ordering == SORTBY_DESC ? INDOPTION_DESC : 0;
  if (element->nulls_ordering == SORTBY_NULLS_FIRST ||
      (element->nulls_ordering == SORTBY_NULLS_DEFAULT && element->ordering == SORTBY_DESC))
    options |= INDOPTION_NULLS_FIRST;
  return options;
}

AttrNumber require_attribute(Oid relation, const char* name) {
  if (!name)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("expressions are not supported in included columns")));
  AttrNumber const number = get_attnum(relation, name);
  if (number == InvalidAttrNumber)
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("column \"%s\" does not exist", name)));
  if (number < 0)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("index creation on system columns is not supported")));
  return number;
}

void add_key(Shape& shape, Oid relation, const IndexElem* element, const char* method) {
  int const i = shape.keys++;
  Oid type, collation;
  if (Node* const expression = element->expr) {
    shape.numbers[i] = 0;
    type = exprType(expression);
    collation = exprCollation(expression);
    shape.expressions = lappend(shape.expressions, eval_const_expressions(nullptr, expression));
  } else {
    int32 type_modifier;
    shape.numbers[i] = require_attribute(relation, element->name);
    get_atttypetypmodcoll(relation, shape.numbers[i], &type, &type_modifier, &collation);
  }
  if (element->collation) collation = get_collation_oid(element->collation, false);
  shape.collations[i] = collation;
  shape.opclasses[i] = ResolveOpClass(element->opclass, type, method, shape.method);
  shape.options[i] = options_of(element);
  shape.parameters[i] =
      transformRelOptions(Datum{0}, element->opclassopts, nullptr, nullptr, false, false);
}

bool reads_setting(Node* node, void* context) {
  if (!node) return false;
  if (IsA(node, FuncExpr)) {
    const char* const name = get_func_name(castNode(FuncExpr, node)->funcid);
    if (name &&
        (std::strcmp(name, "current_setting") == 0 || std::strcmp(name, "current_tenant") == 0))
      return true;
  }
  return walk_expression(node, reads_setting, context);
}

// What people most often want where the server must refuse.
const char* hint_for_mutable(Node* predicate) {
  if (reads_setting(predicate, nullptr))
    return "Who may see a row belongs in a policy: see tenancy.enable_isolation().";
  return "A predicate is decided when a row is written: keep what changes with time in a status "
         "column, and name that column here.";
}

List* shape_of_predicate(Oid relation, const char* text) {
  Node* const where = parse_condition(relation, text, EXPR_KIND_INDEX_PREDICATE, "WHERE");
  if (contain_mutable_functions(
          reinterpret_cast<Node*>(expression_planner(reinterpret_cast<Expr*>(where)))))
    ereport(ERROR, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                    errmsg("functions in index predicate must be marked IMMUTABLE"),
                    errhint("%s", hint_for_mutable(where))));
  return canonical_condition(where);
}

// `keys` came of what were to be `columns`.
[[noreturn]] void raise_other_count(int keys, int columns, const char* text) {
  if (keys < columns)
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
                    errmsg("elements of columns are parts of one column or expression"),
                    errdetail("%s", text),
                    errhint("Commas separate the elements of '{...}': write one with a comma as "
                            "ARRAY['coalesce(a, b)'].")));
  ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
                  errmsg("an element of columns is more than one column or expression"),
                  errdetail("%s", text)));
  pg_unreachable();
}

// A null predicate: of all rows.
Shape shape_of(Oid relation, const char* text, const char* predicate, int columns, int include) {
  // The server's own limit; here, because a Shape has room for no more.
  if (columns + include > INDEX_MAX_KEYS)
    ereport(ERROR, (errcode(ERRCODE_TOO_MANY_COLUMNS),
                    errmsg("cannot use more than %d columns in an index", INDEX_MAX_KEYS)));
  List* const where = predicate ? shape_of_predicate(relation, predicate) : NIL;

  IndexStmt* const statement = parse_create_index(relation, text);
  if (list_length(statement->indexParams) != columns ||
      list_length(statement->indexIncludingParams) != include || statement->options ||
      statement->tableSpace || (predicate != nullptr) != (statement->whereClause != nullptr) ||
      (predicate && !equal(canonical_condition(statement->whereClause), where)))
    raise_other_count(list_length(statement->indexParams), columns, text);

  Shape shape{};
  shape.method = get_index_am_oid(statement->accessMethod, false);
  shape.is_unique = statement->unique;
  shape.nulls_not_distinct = statement->nulls_not_distinct;
  ListCell* cell;
  foreach (cell, statement->indexParams)
    add_key(shape, relation, lfirst_node(IndexElem, cell), statement->accessMethod);
  shape.attributes = shape.keys;
  foreach (cell, statement->indexIncludingParams)
    shape.numbers[shape.attributes++] =
        require_attribute(relation, lfirst_node(IndexElem, cell)->name);
  shape.predicate = where;
  return shape;
}

// The predicate's words. Its comparisons are words too, but equality, which goes without saying.
std::string predicate_words(const std::string& predicate) {
  static const std::map<std::string, const char*> comparisons = {
      {"<>", " not "}, {"!=", " not "}, {"<", " lt "},
      {"<=", " le "},  {">", " gt "},   {">=", " ge "}};
  std::string text;
  for (std::size_t at = 0; at < predicate.size();) {
    std::string const operation =
        predicate.substr(at, predicate.find_first_not_of("+-*/<>=~!@#%^&|`?", at) - at);
    // The sign of what is compared with is none of it.
    std::size_t const unsigned_size = operation.find_last_not_of("+-") + 1;
    auto const comparison = comparisons.find(operation.substr(0, unsigned_size));
    if (comparison != comparisons.end()) text += comparison->second;
    text += operation.empty() ? predicate[at] : ' ';
    at += std::max<std::size_t>(operation.size(), 1);
  }
  return name_words(text);
}

}  // namespace

std::string default_name(const RelationFacts& relation, const IndexRequest& request) {
  std::string name = "ix_" + relation.name;
  for (const std::string& column : request.columns) name += "_" + name_words(column);
  if (request.predicate) name += "_" + predicate_words(*request.predicate);
  return fitting_name(name);
}

std::string create_statement(const RelationFacts& relation, const IndexRequest& request,
                             const std::string& name, Build build) {
  std::string text = std::string("CREATE ") + (request.is_unique ? "UNIQUE " : "") + "INDEX " +
                     (build == Build::concurrently ? "CONCURRENTLY " : "") +
                     quote_identifier(name) + (build == Build::alone ? " ON ONLY " : " ON ") +
                     relation.qualified() + " USING " + quote_identifier(request.method) + " (";
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    if (i > 0) text += ", ";
    const std::string& column = request.columns[i];
    text += is_column(relation, column) ? quote_identifier(column) : closed(column);
  }
  text += ")";
  if (!request.include.empty()) text += " INCLUDE (" + quote_identifiers(request.include) + ")";
  if (request.predicate) text += " WHERE (" + closed(*request.predicate) + ")";
  return text;
}

std::optional<ExistingIndex> find_same(const RelationFacts& relation, const IndexRequest& request,
                                       const std::string& statement) {
  struct Found {
    const char* name;
    const char* definition;
    bool is_valid, is_attached;
  };
  Found const found = server([&]() -> Found {
    Shape const wanted = shape_of(
        relation.oid, statement.c_str(), request.predicate ? request.predicate->c_str() : nullptr,
        static_cast<int>(request.columns.size()), static_cast<int>(request.include.size()));
    Found best{};
    Relation const table = relation_open(relation.oid, AccessShareLock);
    ListCell* cell;
    foreach (cell, all_indexes(relation.oid)) {
      Relation const index = try_relation_open(lfirst_oid(cell), AccessShareLock);
      if (!index) continue;  // a DROP INDEX CONCURRENTLY has ended meanwhile
      Form_pg_index const form = index->rd_index;
      bool const is_valid = form->indisvalid && form->indislive;
      bool const is_attached = index->rd_rel->relispartition;
      // One that is attached keeps any other from being attached in its stead.
      bool const is_better =
          !best.name || (is_valid == best.is_valid ? is_attached && !best.is_attached : is_valid);
      if (is_better && !form->indisexclusion && same_shape(shape_of(index), wanted))
        best = {pstrdup(RelationGetRelationName(index)),
                TextDatumGetCString(DirectFunctionCall1(pg_get_indexdef,
                                                        ObjectIdGetDatum(RelationGetRelid(index)))),
                is_valid, is_attached};
      relation_close(index, AccessShareLock);
    }
    relation_close(table, AccessShareLock);
    return best;
  });
  if (!found.name) return std::nullopt;
  return ExistingIndex{found.name, found.definition, found.is_valid, found.is_attached};
}

OptionalText holder_of_name(const RelationFacts& relation, const std::string& name) {
  const char* const holder = server([&]() -> const char* {
    Oid const oid = get_relname_relid(name.c_str(), get_rel_namespace(relation.oid));
    if (!OidIsValid(oid)) return nullptr;
    char const kind = get_rel_relkind(oid);
    if (kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX)
      return "a relation that is not an index";
    return TextDatumGetCString(DirectFunctionCall1(pg_get_indexdef, ObjectIdGetDatum(oid)));
  });
  if (!holder) return std::nullopt;
  return holder;
}

bool same_definition(Oid first, Oid second) {
  return server([&]() -> bool {
    Relation const a = try_relation_open(first, AccessShareLock);
    Relation const b = try_relation_open(second, AccessShareLock);
    bool const is_same = a && b && same_shape(shape_of(a), shape_of(b));
    if (b) relation_close(b, AccessShareLock);
    if (a) relation_close(a, AccessShareLock);
    return is_same;
  });
}

}  // namespace tenancy::index
