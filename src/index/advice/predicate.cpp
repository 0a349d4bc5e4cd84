// Which predicates are looked at, and which of them are worth an index.
#include "index/advice/predicate.hpp"

#include <algorithm>

#include "index/advice/table_rows.hpp"
#include "index/advice/thresholds.hpp"

namespace tenancy::index {
namespace {

bool is_indexed(const StoredTable& table, const Column& column) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const StoredIndex* index) {
    return index->is_live && columns_of(*index).count(column.number) > 0;
  });
}

// Why updates of the column would cost more with it in a predicate; empty: they would not.
std::string why_hot_is_lost(const StoredTable& table, const Column& column) {
  Updates const updates = updates_of(table.facts.oid);
  if (updates.all < least_updates || updates.all < many_updates * table.rows ||
      updates.hot < mostly_hot * updates.all || is_indexed(table, column))
    return "";
  return percent(updates.hot / updates.all) + " of " + count_label(updates.all) +
         " updates were HOT, and wrote no index: those that change column " +
         quote_identifier(column.name) + " no longer would be.";
}

double saving_of(const Proposal& proposal) {
  if (proposal.full_bytes <= 0) return 0;
  return std::max(0.0, 1 - proposal.bytes / proposal.full_bytes);
}

bool is_key_of(const StoredTable& table, const Column& column) {
  return std::any_of(
      table.foreign_keys.begin(), table.foreign_keys.end(), [&](const StoredKey* key) {
        return std::find(key->referencing, key->referencing + key->columns, column.number) !=
               key->referencing + key->columns;
      });
}

void say_why_nothing(Survey& survey, const StoredTable& table, double rows) {
  if (!survey.is_named) return;
  if (!table.shows_statistics) {
    notice("the statistics of table \"" + table.facts.name +
               "\" are not for you: row level security applies to you there",
           "A role with BYPASSRLS that is a member of the table's owner gets advice by them.");
    return;
  }
  if (rows < 0) {
    notice("table \"" + table.facts.name + "\" has no statistics", "ANALYZE it, and ask again.");
    return;
  }
  survey.advice.push_back({table.facts.oid, not_worth_it, std::nullopt,
                           "The table has " + count_label(rows) + " rows: below " +
                               count_label(min_rows) +
                               " it is read whole as fast as by a partial index.",
                           rows, pages_of(survey.tables, table) * BLCKSZ});
}

}  // namespace

bool is_time(Oid type) {
  return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID;
}

double frequency_of(const Column& column, bool value) {
  for (const Column::Common& common : column.common)
    if (DatumGetBool(common.value) == value) return common.frequency;
  return 0;
}

void say_not_worth_it(Survey& survey, const StoredTable& table, const Predicate& predicate,
                      const std::string& why_not, const Proposal& proposal) {
  if (!survey.is_named) return;
  survey.advice.push_back({table.facts.oid, not_worth_it, std::nullopt,
                           "WHERE " + predicate.text + ": " + why_not, proposal.rows,
                           proposal.bytes, proposal.full_bytes < 0 ? -1 : saving_of(proposal)});
}

bool is_worth_it(Survey& survey, const StoredTable& table, const Predicate& predicate,
                 const Proposal& proposal, bool is_unique) {
  double const saved = proposal.full_bytes - proposal.bytes, saving = saving_of(proposal);
  std::string why_not;
  if (!is_unique && (saving < min_saving || saved < min_bytes_saved))
    why_not = "It would save " + size_label(std::max(saved, 0.0)) + ", " + percent(saving) + ".";
  if (why_not.empty()) why_not = why_hot_is_lost(table, *predicate.column);
  if (why_not.empty()) return true;
  say_not_worth_it(survey, table, predicate, why_not, proposal);
  return false;
}

void add_proposal(Survey& survey, const StoredTable& table, const Proposal& proposal,
                  OptionalText statement, std::string reason) {
  if (statement)
    survey.advice.push_back({table.facts.oid, "partial", std::move(statement), std::move(reason),
                             proposal.rows, proposal.bytes, saving_of(proposal)});
}

void advise_on_predicates(Survey& survey, const StoredTable& table) {
  // A partition's indexes are those of what it is a partition of.
  if (table.facts.is_partition && !survey.is_named) return;
  double const rows = rows_of(survey.tables, table);
  if (rows < min_rows || !table.shows_statistics) {
    say_why_nothing(survey, table, rows);
    return;
  }
  const Statistics statistics(table, rows);
  if (!statistics.has_any()) {
    say_why_nothing(survey, table, -1);
    return;
  }
  const std::optional<Predicate> live = live_rows(statistics);
  for (const StoredIndex* const index : table.indexes) {
    if (!index->is_valid || index->predicate || index->method != BTREE_AM_OID ||
        index->is_primary || index->is_exclusion || index->is_replica_identity ||
        index->is_attached || index->is_referenced || survey.is_dropped(*index))
      continue;
    if (live && columns_of(*index).count(live->column->number) == 0 &&
        (index->is_unique || !index->is_constraint))
      propose_live_rows(survey, table, statistics, *index, *live);
    propose_not_null(survey, table, statistics, *index);
  }
  for (const Column& column : statistics.columns())
    if (column.has_statistics && column.number != survey.tenant_column(table) &&
        !(live && live->column == &column) && !is_key_of(table, column))
      propose_rare(survey, table, statistics, column);
}

}  // namespace tenancy::index
