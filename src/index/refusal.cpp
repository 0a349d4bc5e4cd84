#include "index/refusal.hpp"

#include <algorithm>

#include "server/expression.hpp"

namespace tenancy::index {
namespace {

// Server zone but for the last function.

[[noreturn]] void raise_unsupported(const char* message) {
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg_internal("%s", message)));
  pg_unreachable();
}

[[noreturn]] void raise_unsupported_by(const char* method, const char* what) {
  raise_unsupported(psprintf("access method \"%s\" does not support %s", method, what));
}

const IndexAmRoutine* method_of(const IndexStmt* statement) {
  return GetIndexAmRoutineByAmId(get_index_am_oid(statement->accessMethod, false), false);
}

void check_method(const IndexStmt* statement) {
  const IndexAmRoutine* const method = method_of(statement);
  const char* const name = statement->accessMethod;
  if (statement->unique && !method->amcanunique) raise_unsupported_by(name, "unique indexes");
  if (statement->indexIncludingParams && !method->amcaninclude)
    raise_unsupported_by(name, "included columns");
  if (list_length(statement->indexParams) > 1 && !method->amcanmulticol)
    raise_unsupported_by(name, "multicolumn indexes");
}

void check_order(const IndexStmt* statement, const IndexElem* element) {
  if (method_of(statement)->amcanorder) return;
  if (element->ordering != SORTBY_DEFAULT)
    raise_unsupported_by(statement->accessMethod, "ASC/DESC options");
  if (element->nulls_ordering != SORTBY_NULLS_DEFAULT)
    raise_unsupported_by(statement->accessMethod, "NULLS FIRST/LAST options");
}

void check_collation(const IndexElem* element, Oid type, Oid collation) {
  if (element->collation) {
    if (!type_is_collatable(type))
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                      errmsg("collations are not supported by type %s", format_type_be(type))));
  } else if (type_is_collatable(type) && !OidIsValid(collation)) {
    ereport(ERROR, (errcode(ERRCODE_INDETERMINATE_COLLATION),
                    errmsg("could not determine which collation to use for index expression"),
                    errhint("Use the COLLATE clause to set the collation explicitly.")));
  }
}

void check_key(Oid relation, const IndexElem* element) {
  Oid type, collation;
  if (element->expr) {
    type = exprType(element->expr);
    collation = exprCollation(element->expr);
    if (contain_mutable_functions(reinterpret_cast<Node*>(
            expression_planner(static_cast<Expr*>(copyObjectImpl(element->expr))))))
      ereport(ERROR, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                      errmsg("functions in index expression must be marked IMMUTABLE")));
  } else {
    int32 type_modifier;
    get_atttypetypmodcoll(relation, get_attnum(relation, element->name), &type, &type_modifier,
                          &collation);
  }
  check_collation(element, type, collation);
}

void check_column(Relation relation, AttrNumber number) {
  if (number < 0) raise_unsupported("index creation on system columns is not supported");
  if (number > 0 && is_virtual(TupleDescAttr(RelationGetDescr(relation), number - 1)))
    raise_unsupported("indexes on virtual generated columns are not supported");
}

void check_columns_used(Relation relation, Node* expression) {
  Bitmapset* numbers = nullptr;
  pull_varattnos(expression, 1, &numbers);
  for (int i = -1; (i = bms_next_member(numbers, i)) >= 0;)
    check_column(relation, static_cast<AttrNumber>(i + FirstLowInvalidHeapAttributeNumber));
}

void check_columns(Relation relation, List* elements) {
  ListCell* cell;
  foreach (cell, elements) {
    const auto* const element = lfirst_node(IndexElem, cell);
    if (element->name)
      check_column(relation, get_attnum(RelationGetRelid(relation), element->name));
  }
}

// Whether a key is that column, under the collation by which rows find their partition.
bool has_column_key(const IndexStmt* statement, Form_pg_attribute column, Oid collation) {
  ListCell* cell;
  foreach (cell, statement->indexParams) {
    const auto* const element = lfirst_node(IndexElem, cell);
    if (!element->name || std::strcmp(element->name, NameStr(column->attname)) != 0) continue;
    Oid const own =
        element->collation ? get_collation_oid(element->collation, false) : column->attcollation;
    if (own == collation) return true;
  }
  return false;
}

// The server asks too that the operators of the index and of the partition key agree, which those
// of default operator classes do.
void check_unique_partitions(Relation relation, const IndexStmt* statement) {
  PartitionKey const key = RelationGetPartitionKey(relation);
  for (int i = 0; i < key->partnatts; ++i) {
    if (key->partattrs[i] == 0)
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("unsupported %s constraint with partition key definition", "UNIQUE"),
                      errdetail("%s constraints cannot be used when partition keys include "
                                "expressions.",
                                "UNIQUE")));
    Form_pg_attribute const column =
        TupleDescAttr(RelationGetDescr(relation), key->partattrs[i] - 1);
    if (!has_column_key(statement, column, key->partcollation[i]))
      ereport(ERROR,
              (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
               errmsg("unique constraint on partitioned table must include all partitioning "
                      "columns"),
               errdetail("%s constraint on table \"%s\" lacks column \"%s\" which is part of the "
                         "partition key.",
                         "UNIQUE", RelationGetRelationName(relation), NameStr(column->attname))));
  }
  ListCell* cell;
  foreach (cell, find_all_inheritors(RelationGetRelid(relation), AccessShareLock, nullptr))
    if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
      ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                      errmsg("cannot create unique index on partitioned table \"%s\"",
                             RelationGetRelationName(relation)),
                      errdetail("Table \"%s\" contains partitions that are foreign tables.",
                                RelationGetRelationName(relation))));
}

void check_rights(Relation relation) {
  Oid const schema = RelationGetNamespace(relation);
  if (RELATION_IS_OTHER_TEMP(relation))
    raise_unsupported("cannot create indexes on temporary tables of other sessions");
  if (!may_create_in(schema, GetUserId()))
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_SCHEMA, get_namespace_name(schema));
  bool const is_partitioned = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
  Oid const tablespace = GetDefaultTablespace(relation->rd_rel->relpersistence, is_partitioned);
  if (!may_create_in_tablespace(tablespace, GetUserId()))
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLESPACE, get_tablespace_name(tablespace));
}

void check(Oid oid, const char* text) {
  IndexStmt* const statement = parse_create_index(oid, text);
  Relation const relation = relation_open(oid, AccessShareLock);
  check_rights(relation);
  check_method(statement);
  // In the server's order: the first is the error.
  ListCell* cell;
  foreach (cell, statement->indexParams) {
    check_key(oid, lfirst_node(IndexElem, cell));
    check_order(statement, lfirst_node(IndexElem, cell));
  }
  if (statement->unique && relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
    check_unique_partitions(relation, statement);
  check_columns(relation, statement->indexParams);
  check_columns(relation, statement->indexIncludingParams);
  foreach (cell, statement->indexParams)
    check_columns_used(relation, lfirst_node(IndexElem, cell)->expr);
  check_columns_used(relation, statement->whereClause);
  relation_close(relation, AccessShareLock);
}

}  // namespace

void refuse_as_create_index(const RelationFacts& relation, const IndexRequest& request) {
  const std::string statement = create_statement(relation, request, "asked for");
  server([&] { check(relation.oid, statement.c_str()); });
}

}  // namespace tenancy::index
