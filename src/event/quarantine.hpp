// The quarantine of a table: beside it, a table for events that it did not take, each with what was
// wrong with it, until they are put right or thrown away.
//
//   quarantine_id        bigint, GENERATED ALWAYS AS IDENTITY, the primary key
//   quarantined_at       timestamptz
//   quarantined_by       name
//   quarantine_reason    text: the message of the error that it would have been
//   quarantine_errors    jsonb: an array of {"instanceLocation", "keywordLocation", "error"}
//   ...                  the columns of the table, by name and type, without their constraints; of
//                        generated ones those of the event alone
//
// What whoever may insert into the table had refused comes there, and, but for its owner, a trigger
// keeps out all else; whom its owner grants more may do more. It has the table's row level
// security.
#pragma once

#include "event/enforcement.hpp"
#include "event/verdict.hpp"
#include "server/ddl.hpp"

namespace tenancy::event {

// What the quarantine of a table is called: what its trigger says, if there is such a table, or
// else `table`_quarantine, in its schema. Qualified.
std::string quarantine_name(const RelationFacts& table);

// Makes the quarantine of a table, or adds what is missing to it: columns, row level security,
// grants. The statements that it needs are added to the list, and some are run at once unless
// `dry_run`: new tables may be isolated as they are created. 42P07 where the name is taken by
// something else, 42701 where the table has a column of a name above. C++ zone.
void make_quarantine(const RelationFacts& table, const Enforcement& enforcement,
                     StatementList& statements, bool dry_run);

// Adds the statement that drops it where it has no row; says so where it has, and stays. The lock
// is for reading it, or for dropping it.
void drop_quarantine(const RelationFacts& table, const Enforcement& enforcement, LOCKMODE mode,
                     StatementList& statements);

// The quarantine of a table, by its qualified name; 42P01 where there is none, 55000 where it lacks
// a column above, or has another owner.
RelationFacts find_quarantine(const std::string& name, const RelationFacts& table);

// The violations of an objection as the quarantine keeps them, the first 100. Server zone.
Datum errors_as_jsonb(const Objection& objection);

// Puts a row that a table did not take there, as the current user. 42P01 or 55000 as above; 55000
// where a column of the row has no place there, or the table has row level security and it has
// none.
void quarantine(const TriggerData* trigger, TupleTableSlot* row, const std::string& name,
                const Objection& objection);

}  // namespace tenancy::event
