// Indexes that there are, with a predicate: without the rows that are deleted, or that have no
// value.
#include <algorithm>
#include <array>

#include "index/advice/predicate.hpp"
#include "index/advice/thresholds.hpp"
#include "index/definition.hpp"
#include "server/expression.hpp"
#include "server/name.hpp"

namespace tenancy::index {
namespace {

// The names by which applications mark rows as deleted instead of deleting them.
constexpr std::array deletion_times = {"deleted_at", "deleted_on",  "date_deleted", "deletion_date",
                                       "removed_at", "archived_at", "discarded_at"};
constexpr std::array deletion_flags = {"is_deleted",  "deleted",  "is_removed", "removed",
                                       "is_archived", "archived", "discarded"};

// The CREATE INDEX of an index over all rows, under another name and with a predicate.
OptionalText with_predicate(Survey& survey, const StoredTable& table, const StoredIndex& index,
                            const std::string& predicate) {
  struct Texts {
    const char* definition;
    const char* name;
  };
  Texts const texts = server([&]() -> Texts {
    if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(index.oid))) return {};
    const char* const definition =
        in_neutral_settings([&]() -> const char* { return pg_get_indexdef_string(index.oid); });
    return {definition, ::quote_identifier(NameStr(index.name))};
  });
  if (!texts.definition) return std::nullopt;
  const std::string definition = texts.definition;
  const std::string create = index.is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  std::string prefix = create + texts.name + " ON ";
  if (!definition.starts_with(prefix)) return std::nullopt;
  if (definition.compare(prefix.size(), 5, "ONLY ") == 0) prefix += "ONLY ";
  IndexRequest named;  // for its name
  for (int i = 0; i < index.keys; ++i)
    named.columns.push_back(index.columns[i] == 0 ? "expression"
                                                  : column_name(table.facts, index.columns[i]));
  named.predicate = predicate;
  const std::string name = free_name(default_name(table.facts, named), table.facts.schema_oid,
                                     survey.names_taken[table.facts.schema_oid]);
  return create + quote_identifier(name) + " ON " + definition.substr(prefix.size()) + " WHERE (" +
         predicate + ")";
}

void propose_predicate(Survey& survey, const StoredTable& table, const Statistics& statistics,
                       const StoredIndex& index, const Predicate& predicate, const BtreeShape& part,
                       const std::string& reason) {
  Proposal const proposal{part.rows, bytes_of(part), bytes_of(statistics.btree(index))};
  if (has_partial_index(table, predicate.text, &index) ||
      !is_worth_it(survey, table, predicate, proposal, index.is_unique))
    return;
  add_proposal(survey, table, proposal, with_predicate(survey, table, index, predicate.text),
               reason + " Of " + count_label(statistics.rows()) + " rows " +
                   count_label(part.rows) + " are left: about " + size_label(proposal.bytes) +
                   " in place of " + size_label(proposal.full_bytes) +
                   ", as both would be if built now.");
}

// What the statements must say then that insert into a unique index with this predicate.
std::string on_conflict(const Predicate& predicate) {
  return " ON CONFLICT has to repeat the predicate: ON CONFLICT (...) WHERE " + predicate.text +
         ".";
}

// Whether an index that a foreign key is to get here does what `index` would with the predicate.
bool is_wanted_by_key(const Survey& survey, const StoredIndex& index,
                      const std::string& predicate) {
  return !index.is_unique &&
         std::any_of(survey.wanted.begin(), survey.wanted.end(), [&](const KeyIndex& wanted) {
           return wanted.request.predicate == predicate &&
                  static_cast<std::size_t>(index.attributes) <= wanted.columns.size() &&
                  std::equal(index.columns, index.columns + index.attributes,
                             wanted.columns.begin());
         });
}

}  // namespace

std::optional<Predicate> live_rows(const Statistics& statistics) {
  for (const Column& column : statistics.columns()) {
    auto const is_named = [&](const auto& names) {
      return std::find(names.begin(), names.end(), column.name) != names.end();
    };
    const std::string name = quote_identifier(column.name);
    if (column.has_statistics && is_time(column.type) && !column.is_not_null &&
        is_named(deletion_times))
      return Predicate{name + " IS NULL", &column, column.null_fraction, "not deleted"};
    if (column.has_statistics && column.type == BOOLOID && is_named(deletion_flags))
      return Predicate{"NOT " + name, &column, frequency_of(column, false), "not deleted"};
  }
  return std::nullopt;
}

// A unique one keeps what was deleted from being entered again; others, where enough is deleted.
void propose_live_rows(Survey& survey, const StoredTable& table, const Statistics& statistics,
                       const StoredIndex& index, const Predicate& live) {
  if (index.is_unique ? live.fraction >= 1 : live.fraction <= 0) return;
  bool const is_needed = is_only_tenant_index(survey, table, index) ||
                         is_needed_by_key(survey.tables, table, index, survey.dropped);
  BtreeShape const part = fraction_of(statistics.btree(index), live.fraction);
  if (is_needed && !index.is_unique) {
    if (!has_partial_index(table, live.text, &index))
      say_not_worth_it(survey, table, live,
                       "a foreign key or the tenant's policy needs all rows of " + label(index) +
                           ", which would have to stay.",
                       {part.rows, bytes_of(part), -1});
    return;
  }
  std::string reason =
      index.is_unique
          ? "A row that is marked as deleted by column " + quote_identifier(live.column->name) +
                " still keeps its key from being entered again: " + label(index) +
                " is unique over those rows too."
          : "Queries that leave out what column " + quote_identifier(live.column->name) +
                " marks as deleted need only these rows of " + label(index) + ".";
  if (index.is_unique) reason += on_conflict(live);
  reason += index.is_constraint ? " Then drop its constraint, which can have no predicate."
                                : " Then drop that one, unless other queries need it.";
  if (is_needed)
    reason +=
        " A foreign key or the tenant's policy needs all of its rows: put one in its place that is "
        "not unique.";
  propose_predicate(survey, table, statistics, index, live, part, reason);
}

void propose_not_null(Survey& survey, const StoredTable& table, const Statistics& statistics,
                      const StoredIndex& index) {
  const Column* const column = statistics.find(index.columns[0]);
  if (index.is_constraint || !column || column->null_fraction <= 0 ||
      (index.is_unique && (index.keys > 1 || index.nulls_not_distinct)))
    return;
  const std::string name = quote_identifier(column->name);
  Predicate const predicate{name + " IS NOT NULL", column, 1 - column->null_fraction, "not null"};
  if (column->null_fraction < mostly_null) {
    if (column->null_fraction > 0.1)
      say_not_worth_it(
          survey, table, predicate,
          percent(predicate.fraction) + " of the rows of " + label(index) + " have a value.",
          {statistics.rows() * predicate.fraction,
           bytes_of(without_nulls(statistics.btree(index), 0)), -1});
    return;
  }
  if (is_wanted_by_key(survey, index, predicate.text)) return;
  propose_predicate(survey, table, statistics, index, predicate,
                    without_nulls(statistics.btree(index), 0),
                    percent(column->null_fraction) + " of the rows have no value in column " +
                        name + ", by which " + label(index) +
                        " begins. Without them it still serves every comparison with that column, "
                        "not IS NULL." +
                        (index.is_unique ? on_conflict(predicate) : "") +
                        " Then drop that one, unless other queries need it.");
}

}  // namespace tenancy::index
