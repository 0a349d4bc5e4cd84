// Predicates for partial indexes, and what each would save.
#pragma once

#include "index/advice/advice.hpp"
#include "index/advice/statistics.hpp"

namespace tenancy::index {

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

// The rows that are not deleted, where a column tells; nothing where none does. C++ zone, as is the
// rest.
std::optional<Predicate> live_rows(const Statistics& statistics);

// An index that there is, over the rows that are not deleted, and without the nulls of its first
// column.
void propose_live_rows(Survey& survey, const StoredTable& table, const Statistics& statistics,
                       const StoredIndex& index, const Predicate& live);
void propose_not_null(Survey& survey, const StoredTable& table, const Statistics& statistics,
                      const StoredIndex& index);

// An index of the rare values of a column.
void propose_rare(Survey& survey, const StoredTable& table, const Statistics& statistics,
                  const Column& column);

// Whether the proposal is worth a statement; says why not, where that is asked for.
bool is_worth_it(Survey& survey, const StoredTable& table, const Predicate& predicate,
                 const Proposal& proposal, bool is_unique = false);
// Says why not, of a table that was asked about.
void say_not_worth_it(Survey& survey, const StoredTable& table, const Predicate& predicate,
                      const std::string& why_not, const Proposal& proposal);
// Proposes it; nothing where there is no statement.
void add_proposal(Survey& survey, const StoredTable& table, const Proposal& proposal,
                  OptionalText statement, std::string reason);

// Of all rows, those in which a boolean column has the value.
double frequency_of(const Column& column, bool value);
bool is_time(Oid type);

}  // namespace tenancy::index
