// Partial indexes: of rare values, of rows that are not deleted, of rows that have a value at all.
#include <algorithm>
#include <array>

#include "index/advice/advice.hpp"
#include "index/advice/thresholds.hpp"
#include "server/expression.hpp"
#include "server/name.hpp"

namespace tenancy::index {
namespace {

constexpr double page_size = BLCKSZ;

// The names by which applications mark rows as deleted instead of deleting them.
constexpr std::array deletion_times = {"deleted_at", "deleted_on",  "date_deleted", "deletion_date",
                                       "removed_at", "archived_at", "discarded_at"};
constexpr std::array deletion_flags = {"is_deleted",  "deleted",  "is_removed", "removed",
                                       "is_archived", "archived", "discarded"};

// A predicate, and the rows that it picks.
struct Predicate {
  std::string text;
  const Column* column;
  double fraction;   // of all rows
  std::string what;  // the rows, for a sentence: "the rows in which ..."
};

// The sizes of its index, and of one over all rows.
struct Proposal {
  double rows, bytes, full_bytes;
};

bool is_time(Oid type) {
  return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID;
}

double frequency_of(const Column& column, bool value) {
  for (const Column::Common& common : column.common)
    if (DatumGetBool(common.value) == value) return common.frequency;
  return 0;
}

// The rows that are not deleted, where a column tells; nothing where none does.
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

// Whether the proposal is worth a statement; says why not, where that is asked for.
bool is_worth_it(Survey& survey, const StoredTable& table, const Predicate& predicate,
                 const Proposal& proposal, bool is_unique = false) {
  double const saved = proposal.full_bytes - proposal.bytes, saving = saving_of(proposal);
  std::string why_not;
  if (!is_unique && (saving < min_saving || saved < min_bytes_saved))
    why_not = "It would save " + size_label(std::max(saved, 0.0)) + ", " + percent(saving) + ".";
  if (why_not.empty()) why_not = why_hot_is_lost(table, *predicate.column);
  if (why_not.empty()) return true;
  if (survey.is_named)
    survey.advice.push_back({table.facts.oid, not_worth_it, std::nullopt,
                             "WHERE " + predicate.text + ": " + why_not, proposal.rows,
                             proposal.bytes, saving});
  return false;
}

void add(Survey& survey, const StoredTable& table, const Proposal& proposal, OptionalText statement,
         std::string reason) {
  if (statement)
    survey.advice.push_back({table.facts.oid, "partial", std::move(statement), std::move(reason),
                             proposal.rows, proposal.bytes, saving_of(proposal)});
}

// ---- indexes that there are, with a predicate ----

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
        in_catalog_path([&]() -> const char* { return pg_get_indexdef_string(index.oid); });
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
  add(survey, table, proposal, with_predicate(survey, table, index, predicate.text),
      reason + " Of " + count_label(statistics.rows()) + " rows " + count_label(part.rows) +
          " are left: about " + size_label(proposal.bytes) + " in place of " +
          size_label(proposal.full_bytes) + ", as both would be if built now.");
}

// A unique index that keeps what was deleted from being entered again; others, where enough is
// deleted.
void propose_live_rows(Survey& survey, const StoredTable& table, const Statistics& statistics,
                       const StoredIndex& index, const Predicate& live) {
  if (index.is_unique && live.fraction >= 1) return;
  BtreeShape const part = fraction_of(statistics.btree(index), live.fraction);
  std::string reason =
      index.is_unique
          ? "A row that is marked as deleted by column " + quote_identifier(live.column->name) +
                " still keeps its key from being entered again: " + label(index) +
                " is unique over those rows too."
          : "Queries that leave out what column " + quote_identifier(live.column->name) +
                " marks as deleted need only these rows of " + label(index) + ".";
  reason += index.is_constraint ? " Then drop its constraint, which can have no predicate."
                                : " Then drop that one, unless other queries need it.";
  if (index.is_unique)
    reason +=
        " ON CONFLICT has to repeat the predicate: ON CONFLICT (...) WHERE " + live.text + ".";
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
    if (survey.is_named && column->null_fraction > 0.1)
      survey.advice.push_back({table.facts.oid, not_worth_it, std::nullopt,
                               "WHERE " + predicate.text + ": " + percent(predicate.fraction) +
                                   " of the rows of " + label(index) + " have a value.",
                               statistics.rows() * predicate.fraction,
                               bytes_of(without_nulls(statistics.btree(index), 0))});
    return;
  }
  propose_predicate(survey, table, statistics, index, predicate,
                    without_nulls(statistics.btree(index), 0),
                    percent(column->null_fraction) + " of the rows have no value in column " +
                        name + ", by which " + label(index) +
                        " begins. Without them it still serves every comparison with that column, "
                        "not IS NULL. Then drop that one, unless other queries need it.");
}

// ---- rare values ----

bool may_be_status(const Column& column) {
  switch (column.type) {
    case TEXTOID:
    case VARCHAROID:
    case BPCHAROID:
    case CHAROID:
    case INT2OID:
    case INT4OID:
    case INT8OID:
      return true;
    default:
      return server([&] { return get_typtype(column.type) == TYPTYPE_ENUM; });
  }
}

// A value as SQL: 'text'::type for an enum, whose literal alone would do, but not in an array.
std::string literal(const Column& column, Datum value) {
  const char* const text = server([&]() -> const char* {
    Oid output;
    bool is_varlena;
    getTypeOutputInfo(column.declared_type, &output, &is_varlena);
    return OidOutputFunctionCall(output, value);
  });
  bool const is_number = column.type == INT2OID || column.type == INT4OID || column.type == INT8OID;
  return is_number ? text : quote_literal(text);
}

bool is_key_of(const StoredTable& table, const Column& column) {
  return std::any_of(
      table.foreign_keys.begin(), table.foreign_keys.end(), [&](const StoredKey* key) {
        return std::find(key->referencing, key->referencing + key->columns, column.number) !=
               key->referencing + key->columns;
      });
}

// The values that queries would ask an index for: where the others have nearly all of the rows.
std::optional<Predicate> rare_values(const Column& column) {
  const std::string name = quote_identifier(column.name);
  if (column.type == BOOLOID) {
    double const yes = frequency_of(column, true), no = frequency_of(column, false);
    bool const is_rare = yes <= no;
    return Predicate{is_rare ? name : "NOT " + name, &column, std::min(yes, no),
                     is_rare ? name + " is true" : name + " is false"};
  }
  if (is_time(column.type)) {
    // What is still to be done has no time at which it was: sent_at, processed_at.
    if (!column.name.ends_with("_at")) return std::nullopt;
    return Predicate{name + " IS NULL", &column, column.null_fraction, name + " is null"};
  }
  if (!may_be_status(column) || column.distinct < 2 || column.distinct > most_values)
    return std::nullopt;
  double rare = 1 - column.null_fraction;
  std::vector<std::string> common;
  for (const Column::Common& value : column.common) {
    if (value.frequency < common_value) continue;
    common.push_back(literal(column, value.value));
    rare -= value.frequency;
  }
  if (common.empty()) return std::nullopt;
  std::string list;
  for (const std::string& value : common) list += (list.empty() ? "" : ", ") + value;
  const std::string text =
      common.size() == 1 ? name + " <> " + list : name + " NOT IN (" + list + ")";
  return Predicate{text, &column, std::max(rare, 0.0), name + " is another value than " + list};
}

// An index over all rows that begins with the column, or with the tenant's and then that.
const StoredIndex* full_index_on(const StoredTable& table, AttrNumber tenant, AttrNumber column) {
  for (const StoredIndex* const index : table.indexes)
    if (index->is_valid && !index->predicate && index->method == BTREE_AM_OID &&
        (index->columns[0] == column ||
         (tenant != 0 && index->keys > 1 && index->columns[0] == tenant &&
          index->columns[1] == column)))
      return index;
  return nullptr;
}

// Of which of its values a row is the predicate says; the key is what rows are then looked up and
// ordered by: what an index on the column has behind it, or the primary key.
std::vector<AttrNumber> other_keys(const StoredTable& table, const StoredIndex* full) {
  const StoredIndex* from = full && full->keys > 1 ? full : nullptr;
  for (const StoredIndex* const index : table.indexes)
    if (!from && index->is_primary) from = index;
  if (!from) return {};
  return {from->columns, from->columns + from->keys};
}

std::vector<AttrNumber> keys_for(const StoredTable& table, const Column& column, AttrNumber tenant,
                                 const StoredIndex* full, bool is_status) {
  std::vector<AttrNumber> keys;
  if (tenant != 0) keys.push_back(tenant);
  if (is_status) {
    keys.push_back(column.number);
    return keys;
  }
  for (AttrNumber const key : other_keys(table, full))
    if (key != 0 && key != column.number && key != tenant) keys.push_back(key);
  if (keys.empty()) keys.push_back(column.number);
  return keys;
}

// The index's shape over the rows that the predicate picks.
BtreeShape shape_of_rare(const BtreeShape& full, const std::vector<AttrNumber>& keys,
                         const Predicate& predicate) {
  auto const key = std::find(keys.begin(), keys.end(), predicate.column->number);
  if (key == keys.end()) return fraction_of(full, predicate.fraction);
  auto const number = static_cast<std::size_t>(key - keys.begin());
  KeyPart kept = full.keys[number];
  kept.null_fraction = 0;
  kept.common.clear();
  kept.distinct = 0;
  for (const Column::Common& value : predicate.column->common) {
    if (value.frequency >= common_value) continue;
    kept.common.push_back(value.frequency / std::max(predicate.fraction, 1e-9));
    kept.distinct += 1;
  }
  kept.distinct =
      std::max({kept.distinct, 1.0,
                predicate.column->distinct - static_cast<double>(predicate.column->common.size()) +
                    kept.distinct});
  return rows_with(full, number, predicate.fraction, std::move(kept));
}

void propose_rare(Survey& survey, const StoredTable& table, const Statistics& statistics,
                  const Column& column) {
  const std::optional<Predicate> predicate = rare_values(column);
  if (!predicate || predicate->fraction <= 0 || predicate->fraction >= 1) return;
  bool const is_status = column.type != BOOLOID && !is_time(column.type);
  // Many rows have no time, or another value: that makes it no candidate at all.
  if (predicate->fraction > most_picked) {
    if (survey.is_named && !is_time(column.type))
      survey.advice.push_back({table.facts.oid, not_worth_it, std::nullopt,
                               "WHERE " + predicate->text + ": it picks " +
                                   percent(predicate->fraction) + " of the rows.",
                               statistics.rows() * predicate->fraction});
    return;
  }
  if (has_partial_index(table, predicate->text, nullptr)) return;
  AttrNumber const tenant = survey.tenant_column(table);
  const StoredIndex* const full = full_index_on(table, tenant, column.number);
  const std::vector<AttrNumber> keys = keys_for(table, column, tenant, full, is_status);
  IndexRequest request;
  request.method = "btree";
  for (AttrNumber const key : keys) {
    const Column* const found = statistics.find(key);
    if (!found || !has_btree(found->type)) return;
    request.columns.push_back(found->name);
  }
  request.predicate = predicate->text;
  BtreeShape const all = statistics.btree(keys);
  BtreeShape const part = shape_of_rare(all, keys, *predicate);
  Proposal const proposal{part.rows, bytes_of(part), full ? bytes_of(*full) : bytes_of(all)};
  if (!is_worth_it(survey, table, *predicate, proposal)) return;
  std::string reason = "In " + count_label(part.rows) + " of " + count_label(statistics.rows()) +
                       " rows, " + percent(predicate->fraction) + ", " + predicate->what +
                       ". An index of those takes about " + size_label(proposal.bytes) + "; ";
  reason += full ? label(*full) + " over all rows has " + size_label(proposal.full_bytes) +
                       ". It serves queries that state the predicate, or imply it."
                 : "over all rows it would take " + size_label(proposal.full_bytes) +
                       ". It serves queries that state the predicate, or imply it: worth it if "
                       "there are any.";
  add(survey, table, proposal, statement_for(survey, table, std::move(request)), std::move(reason));
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
                           rows, pages_of(survey.tables, table) * page_size});
}

}  // namespace

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
