// Indexes that do nothing that another does not do too.
#include <algorithm>

#include "index/advice/advice.hpp"
#include "index/advice/thresholds.hpp"

namespace tenancy::index {
namespace {

constexpr int16 reversed = INDOPTION_DESC | INDOPTION_NULLS_FIRST;

// Server zone from here on.

Node* expression_at(const StoredIndex& index, int position) {
  int number = 0;
  for (int i = 0; i < position; ++i)
    if (index.columns[i] == 0) ++number;
  return static_cast<Node*>(list_nth(index.expression_list(), number));
}

// A B-tree is read in both directions: an order serves as well as its reverse.
bool has_order_of(const StoredIndex& a, const StoredIndex& b) {
  int const flipped = a.options[0] ^ b.options[0];
  if (flipped != 0 && flipped != reversed) return false;
  for (int i = 1; i < a.keys; ++i)
    if ((a.options[i] ^ b.options[i]) != flipped) return false;
  return true;
}

bool is_prefix(const StoredIndex& a, const StoredIndex& b) {
  if (a.keys > b.keys || !has_order_of(a, b)) return false;
  for (int i = 0; i < a.keys; ++i)
    if (!is_same_key(a, b, i)) return false;
  for (int i = a.keys; i < a.attributes; ++i)
    if (std::find(b.columns, b.columns + b.attributes, a.columns[i]) == b.columns + b.attributes)
      return false;
  return true;
}

// Whether `b` has every row that `a` has; `exactly`: and no others.
bool has_rows_of(const StoredIndex& a, const StoredIndex& b, bool exactly) {
  List* const first = a.predicate_list();
  List* const second = b.predicate_list();
  return (second == NIL || predicate_implied_by(second, first, false)) &&
         (!exactly || first == NIL ||
          (second != NIL && predicate_implied_by(first, second, false)));
}

// C++ zone again.

bool may_be_duplicates(const StoredIndex& a, const StoredIndex& b) {
  return a.is_valid && b.is_valid && !a.is_exclusion && !b.is_exclusion && a.method == b.method &&
         a.is_unique == b.is_unique && a.keys == b.keys && a.attributes == b.attributes &&
         std::equal(a.columns, a.columns + a.attributes, b.columns) &&
         !a.predicate == !b.predicate && !a.expressions == !b.expressions;
}

// Which of two of the same definition stays.
bool is_kept_rather(const StoredIndex& a, const StoredIndex& b) {
  if (is_droppable(a) != is_droppable(b)) return !is_droppable(a);
  double const scans[] = {scans_of(a), scans_of(b)};
  return scans[0] != scans[1] ? scans[0] > scans[1] : a.oid < b.oid;
}

// `index` is to go, and `other` does what it did.
void drop(Survey& survey, const StoredTable& table, const StoredIndex& index,
          const StoredIndex& other, const char* kind, std::string reason) {
  survey.dropped.insert(index.root);
  if (survey.stand_ins.count(index.root) > 0 || why_unused(index).empty())
    survey.stand_ins.insert(other.root);
  survey.advice.push_back({table.facts.oid, kind, drop_statement(table, index), std::move(reason),
                           rows_of(index), bytes_of(index), 1});
}

}  // namespace

bool is_same_key(const StoredIndex& a, const StoredIndex& b, int position) {
  return a.columns[position] == b.columns[position] &&
         a.opclasses[position] == b.opclasses[position] &&
         a.collations[position] == b.collations[position] &&
         (a.columns[position] != 0 ||
          equal(expression_at(a, position), expression_at(b, position)));
}

std::string why_redundant(const StoredIndex& a, const StoredIndex& b) {
  if (b.method != BTREE_AM_OID || !b.is_valid || b.is_exclusion || b.keys < a.keys ||
      b.columns[0] != a.columns[0])
    return "";
  enum class Rows { other, more, same };
  auto const rows = server([&]() -> Rows {
    if (!is_prefix(a, b) || !has_rows_of(a, b, false)) return Rows::other;
    return has_rows_of(a, b, true) ? Rows::same : Rows::more;
  });
  if (rows == Rows::other) return "";
  // That has fewer rows is what a partial index is for, unless they are hardly fewer.
  if (rows == Rows::more && (rows_of(b) <= 0 || rows_of(a) < hardly_fewer * rows_of(b))) return "";
  return label(b) + (a.keys < b.keys ? " begins with the same columns" : " has the same columns") +
         (rows == Rows::same ? ", over the same rows" : ", over these rows and others") +
         ", in the same order, and serves what this one does. It has " + size_label(bytes_of(b)) +
         ", this one " + size_label(bytes_of(a)) + ".";
}

void advise_on_overlaps(Survey& survey, const StoredTable& table) {
  if (table.indexes.size() < 2) return;
  for (const StoredIndex* const a : table.indexes)
    for (const StoredIndex* const b : table.indexes) {
      if (a == b || survey.is_dropped(*a) || survey.is_dropped(*b) || !is_droppable(*a) ||
          !may_be_duplicates(*a, *b) || is_kept_rather(*a, *b) || !same_definition(a->oid, b->oid))
        continue;
      drop(survey, table, *a, *b, "duplicate", "It has the same definition as " + label(*b) + ".");
    }
  // Those of fewest columns first, so that none is said to be served by one that goes itself for
  // the sake of a longer one; of two that serve each other the younger.
  std::vector<const StoredIndex*> candidates;
  for (const StoredIndex* const index : table.indexes)
    if (index->is_valid && index->method == BTREE_AM_OID && !index->is_unique &&
        is_droppable(*index) && !survey.is_dropped(*index))
      candidates.push_back(index);
  std::reverse(candidates.begin(), candidates.end());
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [](const StoredIndex* a, const StoredIndex* b) { return a->attributes < b->attributes; });
  std::vector<const StoredIndex*> longest = table.indexes;
  std::stable_sort(longest.begin(), longest.end(), [](const StoredIndex* a, const StoredIndex* b) {
    return a->attributes > b->attributes;
  });
  for (const StoredIndex* const a : candidates)
    for (const StoredIndex* const b : longest) {
      if (a == b || survey.is_dropped(*b)) continue;
      const std::string reason = why_redundant(*a, *b);
      if (reason.empty()) continue;
      drop(survey, table, *a, *b, "redundant", "Beside it, " + reason);
      break;
    }
}

}  // namespace tenancy::index
