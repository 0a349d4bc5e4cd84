// suggest_indexes().
#include <algorithm>

#include "index/advice/advice.hpp"
#include "index/advice/table_lock.hpp"
#include "index/advice/table_rows.hpp"
#include "index/advice/thresholds.hpp"
#include "server/memory.hpp"
#include "server/name.hpp"

namespace tenancy::index {
namespace {

void add_foreign_key(Survey& survey, const StoredTable& table, const KeyIndex& index) {
  Advice advice{table.facts.oid, "missing",  statement_for(survey, table, index.request), "",
                index.rows,      index.bytes};
  if (!advice.statement) return;
  advice.reason = "No index serves foreign key " + name_some(index.keys) +
                  ": each DELETE and key update of a row that it refers to reads all of the "
                  "table, as do joins from there.";
  if (index.full_bytes > 0) {
    advice.saving = 1 - index.bytes / index.full_bytes;
    advice.reason += " Rows without a value are left out: about " + size_label(index.bytes) +
                     " in place of " + size_label(index.full_bytes) + ".";
  }
  survey.advice.push_back(std::move(advice));
}

void add_tenant(Survey& survey, const StoredTable& table, AttrNumber column) {
  const std::string name = column_name(table.facts, column);
  double const rows = rows_of(survey.tables, table);
  const Statistics statistics(table, rows);
  const Column* const found = statistics.find(column);
  if (!found || !has_btree(found->type)) return;
  IndexRequest request;
  request.columns.push_back(name);
  request.method = "btree";
  Advice advice{table.facts.oid, "missing", statement_for(survey, table, request),
                "The table is isolated by column " + quote_identifier(name) +
                    ", and no index leads with it: each query reads the rows of every tenant."};
  if (!advice.statement) return;
  if (statistics.has_any()) {
    advice.rows = rows;
    advice.bytes = bytes_of(statistics.btree(std::vector<AttrNumber>{column}));
  }
  survey.advice.push_back(std::move(advice));
}

OptionalText number(double value, int decimals) {
  if (value < 0) return std::nullopt;
  return fixed(value, decimals);
}

}  // namespace

void advise_on_missing(Survey& survey, const StoredTable& table) {
  AttrNumber const tenant = survey.tenant_column(table);
  bool is_led = tenant == 0 || survey.tenants.at(table.facts.oid).has_index ||
                (table.facts.is_partition && !survey.is_named);
  survey.wanted.clear();
  if (!table.foreign_keys.empty()) {
    KeyIndexes found = find_unindexed_keys(survey.tables, table, tenant);
    survey.wanted = std::move(found.wanted);
    for (const KeyIndex& index : survey.wanted) {
      add_foreign_key(survey, table, index);
      is_led = is_led || (index.columns.front() == tenant && !index.request.predicate);
    }
    if (survey.is_named)
      for (const std::string& hopeless : found.hopeless)
        survey.advice.push_back({table.facts.oid, not_worth_it, std::nullopt,
                                 "No index on its columns can serve " + hopeless + "."});
  }
  if (!is_led) add_tenant(survey, table, tenant);
}

void advise(Survey& survey, const StoredTable& table) {
  ScratchMemory const memory;
  TableLock const lock(table);
  if (!lock.is_held()) {
    if (survey.is_named)
      notice("table \"" + table.facts.name +
                 "\" is being altered by another session, or an index of it is",
             "Ask again once that has ended.");
    return;
  }
  AsOwner const owner(table.facts.owner);
  advise_on_missing(survey, table);
  advise_on_overlaps(survey, table);
  // Before the unused ones: who does not believe that is told of the predicate all the same.
  advise_on_predicates(survey, table);
  advise_on_upkeep(survey, table);
}

TENANCY_FUNCTION(tenancy_suggest_indexes) {
  Arguments const arguments(fcinfo);
  Survey survey;
  survey.is_named = !arguments.is_null(0);
  Oid const only = survey.is_named ? arguments.oid(0) : InvalidOid;
  if (survey.is_named) {
    const RelationFacts relation = describe_relation(only);
    require_table(relation);
    require_owner(relation);
  }
  survey.tables = read_inventory();
  survey.tenants = read_tenant_columns(survey.tables);
  std::vector<const StoredTable*> asked;
  for (const auto& [oid, table] : survey.tables)
    if (table.is_owned && (!survey.is_named || oid == only)) asked.push_back(&table);
  std::sort(asked.begin(), asked.end(), [](const StoredTable* a, const StoredTable* b) {
    return comes_before(a->facts, b->facts);
  });
  if (survey.is_named && asked.empty())
    notice("there is no advice on table \"" + describe_relation(only).name + "\"",
           "It belongs to an extension, or is temporary in another session.");
  for (const StoredTable* const table : asked) {
    server([] { CHECK_FOR_INTERRUPTS(); });
    advise(survey, *table);
  }
  ResultRows rows(fcinfo);
  for (const Advice& advice : survey.advice)
    rows.add({std::to_string(advice.relation), advice.kind, advice.statement, advice.reason,
              number(advice.rows, 0), number(advice.bytes, 0), number(advice.saving, 3)});
  return Datum{0};
}

}  // namespace tenancy::index
