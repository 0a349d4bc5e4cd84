#include "index/advice/unindexed_key.hpp"

#include <algorithm>
#include <set>

#include "index/advice/table_rows.hpp"
#include "index/advice/thresholds.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

// How the server finds the rows of one referencing column.
struct Comparison {
  AttrNumber column;  // of the table whose index is looked at
  Oid equality;       // column = value; none: no index on the column itself does
  Oid collation;
};

using Comparisons = std::vector<Comparison>;

// The rest of this section is server zone.

// The condition that the server's own queries state is `referenced = referencing`: an index on the
// referencing column serves it by the commutator, unless the column has to be cast first. The
// collation is the column's, but that of the referenced one where that may call different texts
// equal (the server's ri_triggers.c, ri_GenerateQual).
Comparison compare(const StoredKey& key, int position) {
  Oid types[2], collations[2];
  int32 modifier;
  get_atttypetypmodcoll(key.table, key.referencing[position], &types[0], &modifier, &collations[0]);
  get_atttypetypmodcoll(key.referenced, key.referenced_columns[position], &types[1], &modifier,
                        &collations[1]);
  Oid left, right;
  op_input_types(key.operators[position], &left, &right);
  bool const is_cast = !IsBinaryCoercible(getBaseType(types[0]), right);
  bool const by_referenced = collations[0] != collations[1] && OidIsValid(collations[1]) &&
                             !get_collation_isdeterministic(collations[1]);
  return {key.referencing[position], is_cast ? InvalidOid : get_commutator(key.operators[position]),
          by_referenced ? collations[1] : collations[0]};
}

// Whether the columns are still there: a partition is not locked with what it is a partition of.
bool is_there(const StoredKey& key) {
  for (int i = 0; i < key.columns; ++i)
    if (!OidIsValid(get_atttype(key.table, key.referencing[i])) ||
        !OidIsValid(get_atttype(key.referenced, key.referenced_columns[i])))
      return false;
  return true;
}

bool knows(Oid opclass, Oid equality) {
  return OidIsValid(equality) && op_in_opfamily(equality, get_opclass_family(opclass));
}

// column IS NOT NULL, for each.
List* not_null(Oid table, const Comparison* comparisons, int count) {
  List* conditions = NIL;
  for (int i = 0; i < count; ++i) {
    Oid type, collation;
    int32 modifier;
    get_atttypetypmodcoll(table, comparisons[i].column, &type, &modifier, &collation);
    auto* const test = makeNode(NullTest);
    test->arg =
        reinterpret_cast<Expr*>(makeVar(1, comparisons[i].column, type, modifier, collation, 0));
    test->nulltesttype = IS_NOT_NULL;
    test->location = -1;
    conditions = lappend(conditions, test);
  }
  return conditions;
}

bool serves(const StoredIndex& index, const Comparison* comparisons, int count) {
  if (!index.is_valid || index.is_exclusion || index.keys < count ||
      (index.method != BTREE_AM_OID && (index.method != HASH_AM_OID || count > 1)))
    return false;
  for (int i = 0; i < count; ++i) {
    const Comparison* const end = comparisons + count;
    const Comparison* const found = std::find_if(comparisons, end, [&](const Comparison& c) {
      return c.column == index.columns[i] && c.column != 0;
    });
    if (found == end || found->collation != index.collations[i] ||
        !knows(index.opclasses[i], found->equality))
      return false;
  }
  return !index.predicate || predicate_implied_by(index.predicate_list(),
                                                  not_null(index.table, comparisons, count), false);
}

// Whether a B-tree index on the column, as CREATE INDEX makes it, would serve the comparison.
bool has_opclass(Oid table, const Comparison& comparison) {
  Oid type, collation;
  int32 modifier;
  get_atttypetypmodcoll(table, comparison.column, &type, &modifier, &collation);
  Oid const opclass = GetDefaultOpClass(type, BTREE_AM_OID);
  return OidIsValid(opclass) && knows(opclass, comparison.equality);
}

bool has_collation(Oid table, const Comparison& comparison) {
  Oid type, collation;
  int32 modifier;
  get_atttypetypmodcoll(table, comparison.column, &type, &modifier, &collation);
  return collation == comparison.collation;
}

// C++ zone again.

Comparisons compare(const StoredKey& key) {
  Comparisons comparisons(static_cast<std::size_t>(key.columns));
  Comparison* const to = comparisons.data();
  server([&] {
    for (int i = 0; i < key.columns; ++i) to[i] = compare(key, i);
  });
  return comparisons;
}

bool serves(const StoredIndex& index, const Comparisons& comparisons) {
  const Comparison* const from = comparisons.data();
  auto const count = static_cast<int>(comparisons.size());
  return server([&] { return serves(index, from, count); });
}

// The same columns of a partition, which may have other numbers there.
Comparisons of_partition(Oid parent, Oid partition, const Comparisons& comparisons) {
  Comparisons own = comparisons;
  for (Comparison& comparison : own) {
    AttrNumber const column = comparison.column;
    comparison.column = server([&]() -> AttrNumber {
      const char* const name = get_attname(parent, column, true);
      return name ? get_attnum(partition, name) : InvalidAttrNumber;
    });
  }
  return own;
}

// Indexes that are as good as gone, by their roots.
struct Without {
  Oid index;
  const std::set<Oid>& dropped;
  bool has(const StoredIndex& other) const {
    return other.root == index || dropped.count(other.root) > 0;
  }
};

// Whether an index of the table serves.
bool is_served(const Inventory& tables, const StoredTable& table, const Comparisons& comparisons,
               const Without* without = nullptr) {
  for (const StoredIndex* const index : table.indexes)
    if (!(without && without->has(*index)) && serves(*index, comparisons)) return true;
  if (table.facts.kind != RELKIND_PARTITIONED_TABLE || table.children.empty()) return false;
  return std::all_of(table.children.begin(), table.children.end(), [&](Oid child) {
    const StoredTable& partition = tables.at(child);
    return is_served(tables, partition, of_partition(table.facts.oid, child, comparisons), without);
  });
}

std::set<AttrNumber> columns_of(const StoredKey& key) {
  return {key.referencing, key.referencing + key.columns};
}

// The keys that want an index, those of most columns first.
struct Wanting {
  const StoredKey* key;
  Comparisons comparisons;
};

// The key's columns: the tenant's, then those of the shortest other key among them, and so on.
std::vector<AttrNumber> order_columns(const StoredKey& key, const std::vector<Wanting>& others,
                                      AttrNumber tenant_column) {
  std::vector<AttrNumber> ordered;
  auto const add = [&](AttrNumber column) {
    if (std::find(ordered.begin(), ordered.end(), column) == ordered.end())
      ordered.push_back(column);
  };
  const std::set<AttrNumber> own = columns_of(key);
  if (own.count(tenant_column) > 0) add(tenant_column);
  for (auto other = others.rbegin(); other != others.rend(); ++other) {
    const std::set<AttrNumber> columns = columns_of(*other->key);
    bool const is_part = columns.size() < own.size() &&
                         std::includes(own.begin(), own.end(), columns.begin(), columns.end());
    bool const follows = std::all_of(ordered.begin(), ordered.end(),
                                     [&](AttrNumber column) { return columns.count(column) > 0; });
    if (!is_part || !follows) continue;
    for (int i = 0; i < other->key->columns; ++i) add(other->key->referencing[i]);
  }
  for (int i = 0; i < key.columns; ++i) add(key.referencing[i]);
  return ordered;
}

// Whether an index on these columns, without nulls in `not_null` if that is one, serves the key.
bool would_serve(const std::vector<AttrNumber>& columns, AttrNumber not_null,
                 const StoredKey& key) {
  const std::set<AttrNumber> own = columns_of(key);
  if (columns.size() < own.size() || (not_null != 0 && own.count(not_null) == 0)) return false;
  return std::set<AttrNumber>(columns.begin(), columns.begin() + own.size()) == own;
}

// The column whose nulls are left out; 0: none. The estimates of `index` on the way.
AttrNumber choose_not_null(const Statistics& statistics, KeyIndex& index) {
  if (!statistics.has_any()) return 0;
  BtreeShape shape = statistics.btree(index.columns);
  index.rows = shape.rows;
  index.bytes = bytes_of(shape);
  std::size_t most = 0;
  for (std::size_t i = 1; i < shape.keys.size(); ++i)
    if (shape.keys[i].null_fraction > shape.keys[most].null_fraction) most = i;
  double const nulls = shape.keys[most].null_fraction;
  if (nulls < mostly_null || shape.rows < min_rows) return 0;
  BtreeShape part = without_nulls(shape, most);
  double const bytes = bytes_of(part), saved = index.bytes - bytes;
  if (saved < min_saving * index.bytes || saved < min_bytes_saved) return 0;
  index.full_bytes = index.bytes;
  index.bytes = bytes;
  index.rows = part.rows;
  return index.columns[most];
}

KeyIndex propose(const StoredTable& table, const Statistics& statistics, const Wanting& wanting,
                 const std::vector<Wanting>& all, AttrNumber tenant_column, AttrNumber& not_null) {
  KeyIndex index;
  index.columns = order_columns(*wanting.key, all, tenant_column);
  index.request.method = "btree";
  for (AttrNumber const number : index.columns)
    index.request.columns.push_back(column_name(table.facts, number));
  not_null = choose_not_null(statistics, index);
  if (not_null != 0)
    index.request.predicate = quote_identifier(column_name(table.facts, not_null)) + " IS NOT NULL";
  return index;
}

// Why no index on the columns serves; empty where one does.
std::string why_hopeless(const StoredTable& table, const Wanting& wanting) {
  Oid const oid = table.facts.oid;
  for (const Comparison& comparison : wanting.comparisons) {
    const std::string column = "column \"" + column_name(table.facts, comparison.column) + "\"";
    if (!OidIsValid(comparison.equality))
      return column + " is cast to the type of the column that it refers to";
    if (!server([&] { return has_opclass(oid, comparison); }))
      return "no operator class for the type of " + column + " knows its equality";
    if (!server([&] { return has_collation(oid, comparison); }))
      return column + " is compared with the collation of the one that it refers to";
  }
  return "";
}

std::vector<Wanting> find_wanting(const Inventory& tables, const StoredTable& table,
                                  std::vector<std::string>& hopeless) {
  std::vector<Wanting> wanting;
  for (const StoredKey* const key : table.foreign_keys) {
    if (key->is_inherited || key->columns == 0 || !server([&] { return is_there(*key); })) continue;
    Wanting one{key, compare(*key)};
    if (is_served(tables, table, one.comparisons)) continue;
    if (const std::string why = why_hopeless(table, one); !why.empty())
      hopeless.push_back("foreign key \"" + std::string(NameStr(key->name)) + "\" of table \"" +
                         table.facts.name + "\": " + why);
    else
      wanting.push_back(std::move(one));
  }
  std::stable_sort(wanting.begin(), wanting.end(), [](const Wanting& a, const Wanting& b) {
    return a.key->columns > b.key->columns;
  });
  return wanting;
}

}  // namespace

TenantColumns read_tenant_columns(const Inventory& tables) {
  TenantColumns columns;
  if (std::none_of(tables.begin(), tables.end(),
                   [](const auto& table) { return table.second.facts.row_security; }))
    return columns;
  const auto rows = Sql().query(
      "SELECT relation::pg_catalog.oid, tenant_column, has_index FROM tenancy.isolation_state() "
      "WHERE isolated AND tenant_column IS NOT NULL");
  for (const Sql::Row& row : rows) {
    auto const oid = static_cast<Oid>(std::stoul(row[0].value()));
    const std::string& name = row[1].value();
    AttrNumber const number = server([&] { return get_attnum(oid, name.c_str()); });
    if (number > 0) columns[oid] = {number, row[2] && *row[2] == "t"};
  }
  return columns;
}

KeyIndexes find_unindexed_keys(const Inventory& tables, const StoredTable& table,
                               AttrNumber tenant_column) {
  KeyIndexes found;
  std::vector<Wanting> wanting = find_wanting(tables, table, found.hopeless);
  if (wanting.empty()) return found;
  const Statistics statistics(table, rows_of(tables, table));
  std::vector<AttrNumber> not_null;  // of each of found.wanted
  for (const Wanting& one : wanting) {
    bool is_served = false;
    for (std::size_t i = 0; i < found.wanted.size() && !is_served; ++i) {
      is_served = would_serve(found.wanted[i].columns, not_null[i], *one.key);
      if (is_served) found.wanted[i].keys.push_back(NameStr(one.key->name));
    }
    if (is_served) continue;
    not_null.push_back(0);
    found.wanted.push_back(
        propose(table, statistics, one, wanting, tenant_column, not_null.back()));
    found.wanted.back().keys.push_back(NameStr(one.key->name));
  }
  return found;
}

bool is_needed_by_key(const Inventory& tables, const StoredTable& table, const StoredIndex& index,
                      const std::set<Oid>& dropped) {
  for (Oid const child : table.children) {
    const StoredTable& partition = tables.at(child);
    for (const StoredIndex* const part : partition.indexes)
      if (part->root == index.root && is_needed_by_key(tables, partition, *part, dropped))
        return true;
  }
  Without const without{index.root, dropped};
  return std::any_of(
      table.foreign_keys.begin(), table.foreign_keys.end(), [&](const StoredKey* key) {
        if (key->columns == 0 || !server([&] { return is_there(*key); })) return false;
        const Comparisons comparisons = compare(*key);
        return serves(index, comparisons) && !is_served(tables, table, comparisons, &without);
      });
}

}  // namespace tenancy::index
