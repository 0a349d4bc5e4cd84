#include "server/index_facts.hpp"

#include <algorithm>

#include "server/expression.hpp"

namespace tenancy {
namespace {

// Server zone. The name of the first valid index of the relation that `serves`, or null.
template <typename Serves>
const char* find_index(Oid relation, Serves&& serves) {
  const char* name = nullptr;
  Relation const table = relation_open(relation, AccessShareLock);
  ListCell* cell;
  foreach (cell, RelationGetIndexList(table)) {
    Relation const index = index_open(lfirst_oid(cell), AccessShareLock);
    if (!name && index->rd_index->indisvalid && serves(index))
      name = pstrdup(RelationGetRelationName(index));
    index_close(index, AccessShareLock);
  }
  relation_close(table, AccessShareLock);
  return name;
}

// Whether text is looked up by the index's key `position`, under the collation of `expression`.
bool compares_text(Relation index, int position, Node* expression) {
  return op_in_opfamily(TextEqualOperator, index->rd_opfamily[position]) &&
         index->rd_indcollation[position] == exprCollation(expression);
}

// Whether the expression is the index's first key, or its second behind that column.
bool leads_with(Relation index, Node* expression, AttrNumber tenant) {
  const int16* const numbers = index->rd_index->indkey.values;
  List* const expressions = RelationGetIndexExpressions(index);
  int position = -1;
  if (numbers[0] == 0)
    position = 0;
  else if (tenant != 0 && numbers[0] == tenant && index->rd_index->indnkeyatts > 1 &&
           numbers[1] == 0)
    position = 1;
  return position >= 0 && equal(linitial(expressions), expression) &&
         compares_text(index, position, expression);
}

bool has_key(Relation index, AttrNumber number) {
  const int16* const numbers = index->rd_index->indkey.values;
  return std::find(numbers, numbers + index->rd_index->indnkeyatts, number) !=
         numbers + index->rd_index->indnkeyatts;
}

}  // namespace

std::optional<ColumnFacts> find_tenant_column(const RelationFacts& relation) {
  const auto rows = Sql().query(
      "SELECT tenant_column FROM tenancy.isolation "
      "WHERE isolated AND relation OPERATOR(pg_catalog.=) $1::pg_catalog.oid",
      {std::to_string(relation.oid)});
  if (rows.empty() || !rows[0][0]) return std::nullopt;
  return describe_column(relation, *rows[0][0]);
}

OptionalText find_containment_index(const RelationFacts& relation, const std::string& column,
                                    const std::optional<ColumnFacts>& tenant) {
  AttrNumber const other = tenant ? tenant->number : InvalidAttrNumber;
  const char* const name = server([&]() -> const char* {
    AttrNumber const number = get_attnum(relation.oid, column.c_str());
    return find_index(relation.oid, [number, other](Relation index) {
      if (RelationGetIndexPredicate(index) != NIL || (other != 0 && !has_key(index, other)))
        return false;
      for (int i = 0; i < index->rd_index->indnkeyatts; ++i)
        if (index->rd_index->indkey.values[i] == number &&
            op_in_opfamily(jsonb_containment, index->rd_opfamily[i]))
          return true;
      return false;
    });
  });
  return name ? OptionalText(name) : std::nullopt;
}

OptionalText find_text_index(const RelationFacts& relation, const std::string& expression,
                             const std::string& condition,
                             const std::optional<ColumnFacts>& tenant) {
  AttrNumber const first = tenant ? tenant->number : InvalidAttrNumber;
  const std::string not_null = expression + " IS NOT NULL";
  const char* const name = server([&]() -> const char* {
    List* known = canonical_condition(
        parse_condition(relation.oid, not_null.c_str(), EXPR_KIND_WHERE, "WHERE"));
    auto* const wanted = reinterpret_cast<Node*>(linitial_node(NullTest, known)->arg);
    if (!condition.empty())
      known = list_concat(known, canonical_condition(parse_condition(
                                     relation.oid, condition.c_str(), EXPR_KIND_WHERE, "WHERE")));
    return find_index(relation.oid, [known, wanted, first](Relation index) {
      Oid const method = index->rd_rel->relam;
      return (method == BTREE_AM_OID || method == HASH_AM_OID) &&
             leads_with(index, wanted, first) &&
             predicate_implied_by(RelationGetIndexPredicate(index), known, false);
    });
  });
  return name ? OptionalText(name) : std::nullopt;
}

}  // namespace tenancy
