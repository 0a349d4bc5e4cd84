// Indexes of the rows that queries look for among many others: those of rare values.
#include <algorithm>

#include "index/advice/predicate.hpp"
#include "index/advice/thresholds.hpp"
#include "server/expression.hpp"

namespace tenancy::index {
namespace {

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
  // What a sum of rounded fractions leaves of one is no other value.
  if (common.empty() || column.distinct <= static_cast<double>(common.size())) return std::nullopt;
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

}  // namespace

void propose_rare(Survey& survey, const StoredTable& table, const Statistics& statistics,
                  const Column& column) {
  const std::optional<Predicate> predicate = rare_values(column);
  if (!predicate || predicate->fraction <= 0 || predicate->fraction >= 1) return;
  bool const is_status = column.type != BOOLOID && !is_time(column.type);
  // Many rows have no time, or another value: that makes it no candidate at all.
  if (predicate->fraction > most_picked) {
    if (!is_time(column.type))
      say_not_worth_it(survey, table, *predicate,
                       "it picks " + percent(predicate->fraction) + " of the rows.",
                       {statistics.rows() * predicate->fraction, -1, -1});
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
  add_proposal(survey, table, proposal, statement_for(survey, table, std::move(request)),
               std::move(reason));
}

}  // namespace tenancy::index
