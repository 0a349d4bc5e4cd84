// Index definitions: written as a statement, analysed by the server, compared as trees.
#pragma once

#include "server/relation.hpp"

namespace tenancy::index {

// What create_partial_index() is asked for, or another that makes one.
struct IndexRequest {
  std::vector<std::string> columns;  // names of columns, or elements as CREATE INDEX takes them
  OptionalText predicate;            // null: of all rows
  OptionalText name;
  bool is_unique = false;
  std::string method;
  std::vector<std::string> include;
};

// The name that an index gets where none is asked for: ix_<table>_<columns>_<predicate>, the words
// of each in lower case, comparisons as not, lt, le, gt and ge; over 63 bytes it is cut at a
// character and ends in a hash of the whole.
std::string default_name(const RelationFacts& relation, const IndexRequest& request);

// How an index is made: as CREATE INDEX does it, CONCURRENTLY, or that of a partitioned table
// without its partitions' (ON ONLY).
enum class Build { plain, concurrently, alone };

// The CREATE INDEX statement for `request`, under `name`.
std::string create_statement(const RelationFacts& relation, const IndexRequest& request,
                             const std::string& name, Build build = Build::plain);

struct ExistingIndex {
  std::string name;
  std::string definition;  // as pg_get_indexdef() writes it
  bool is_valid = true;
  bool is_attached = false;  // to an index of the table that this one is a partition of
};

// The index of `relation` that `statement`, a CREATE INDEX, would only duplicate: same method,
// keys, opclasses, collations, order, INCLUDE, uniqueness and predicate, whatever its name; not
// that of a deferrable constraint, which serves neither ON CONFLICT nor a foreign key. A valid one
// where there are several, an attached one before others, and else what a build or a DROP INDEX
// CONCURRENTLY that did not end left behind. The checks of CREATE INDEX on the predicate are made
// on the way: the server's own errors, and 42P17 with a hint for a predicate that is not immutable.
std::optional<ExistingIndex> find_same(const RelationFacts& relation, const IndexRequest& request,
                                       const std::string& statement);

// Whether two indexes of one table are duplicates: as find_same() compares. Not where one of them
// is gone. C++ zone.
bool same_definition(Oid first, Oid second);

// The relation that holds the name in the schema of `relation`, if any: its definition where it is
// an index, what it is where not.
OptionalText holder_of_name(const RelationFacts& relation, const std::string& name);

}  // namespace tenancy::index
