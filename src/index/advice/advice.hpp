// What suggest_indexes() is made of: a file for each subject, which looks at one table at a time.
#pragma once

#include <set>

#include "index/advice/unindexed_key.hpp"

namespace tenancy::index {

struct Advice {
  Oid relation;
  const char* kind;
  OptionalText statement;
  std::string reason;  // sentences
  // Of the index that the statement makes, drops or rebuilds. None known: negative.
  double rows = -1;
  double bytes = -1;
  double saving = -1;  // the part of an index's bytes that is saved, 0 to 1
};

inline constexpr const char* not_worth_it = "not worth it";

// The tables, and what was found to say of them so far.
struct Survey {
  Inventory tables;
  TenantColumns tenants;
  // The one table that was asked about: of that, what is not worth it is said too.
  bool is_named = false;
  std::map<Oid, std::set<std::string>> names_taken;  // by statements, by schema
  std::vector<KeyIndex> wanted;  // by the foreign keys of the table that is looked at
  std::vector<Advice> advice;
  std::set<Oid> dropped;    // by statements: the roots of these indexes, and what is attached
  std::set<Oid> stand_ins;  // for such of them as queries use, likewise

  bool is_dropped(const StoredIndex& index) const { return dropped.count(index.root) > 0; }

  AttrNumber tenant_column(const StoredTable& table) const {
    auto const tenant = tenants.find(table.facts.oid);
    return tenant == tenants.end() ? AttrNumber{0} : tenant->second.number;
  }
};

// Each in C++ zone, with the table locked against being dropped.

// Indexes that are duplicates of others, or redundant beside them.
void advise_on_overlaps(Survey& survey, const StoredTable& table);
// Indexes that are invalid, unused, or in the way of HOT updates; not those that are dropped, nor
// the last ones to do what is needed once those are.
void advise_on_upkeep(Survey& survey, const StoredTable& table);
// Indexes that foreign keys and the tenant's policy want.
void advise_on_missing(Survey& survey, const StoredTable& table);
// Indexes that a predicate would make smaller; not those that are dropped.
void advise_on_predicates(Survey& survey, const StoredTable& table);

// The CREATE INDEX for it, under a name that nothing has; nothing where the table has that index,
// or an invalid one, which is to be rebuilt.
OptionalText statement_for(Survey& survey, const StoredTable& table, IndexRequest request);

// All of these of one table: nothing where it is locked by another session, or gone.
void advise(Survey& survey, const StoredTable& table);

// Whether the table has a valid partial index of all these rows: that begins with the keys of
// `like`, and is unique if that is; on whatever keys where that is null.
bool has_partial_index(const StoredTable& table, const std::string& predicate,
                       const StoredIndex* like);
// The same of a B-tree that begins with these columns.
bool has_partial_index(const StoredTable& table, const std::string& predicate,
                       const std::vector<AttrNumber>& keys);

// Whether nothing but queries needs it: no constraint, no foreign key that refers to it, no replica
// identity, no CLUSTER, and no index of what its table is a partition of.
bool is_droppable(const StoredIndex& index);

// Whether no other index leads with the tenant column as this one does, that is not dropped.
bool is_only_tenant_index(const Survey& survey, const StoredTable& table, const StoredIndex& index);

// Why it is as good as unused; empty: queries use it, or that is not known, or too early to say.
std::string why_unused(const StoredIndex& index);

// What there is of an index now, with its partitions.
double bytes_of(const StoredIndex& index);
double rows_of(const StoredIndex& index);

// What the server has counted since its statistics began.
struct Updates {
  double all, hot;
};
Updates updates_of(Oid table);
double scans_of(const StoredIndex& index);

// Whether the keys at a position are the same, but for the order. Server zone.
bool is_same_key(const StoredIndex& a, const StoredIndex& b, int position);

// The columns that the index has, in keys, included, in expressions or in its predicate.
std::set<AttrNumber> columns_of(const StoredIndex& index);

// DROP INDEX ..., of an index of the table.
std::string drop_statement(const StoredTable& table, const StoredIndex& index);
// How `a` is made redundant by `b`, as a sentence; empty: it is not.
std::string why_redundant(const StoredIndex& a, const StoredIndex& b);
// index "name"
std::string label(const StoredIndex& index);
// 17 MB
std::string size_label(double bytes);
// 12.5%
std::string percent(double fraction);
// 20000
std::string count_label(double count);

}  // namespace tenancy::index
