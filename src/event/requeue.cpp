// requeue(): events in quarantine that are accepted now go to their table.
#include "event/quarantine.hpp"

namespace tenancy::event {
namespace {

// The columns that a row takes with it: those that the table has still, and takes a value for.
std::string moved_columns(const RelationFacts& table, const RelationFacts& quarantine) {
  Sql sql;
  const auto rows = sql.read_catalog(
      "SELECT pg_catalog.string_agg(pg_catalog.quote_ident(t.attname), ', ' ORDER BY t.attnum) "
      "FROM pg_catalog.pg_attribute AS t JOIN pg_catalog.pg_attribute AS q "
      "  ON q.attname OPERATOR(pg_catalog.=) t.attname "
      "WHERE t.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "AND q.attrelid OPERATOR(pg_catalog.=) $2::pg_catalog.oid "
      "AND t.attnum OPERATOR(pg_catalog.>) 0 AND q.attnum OPERATOR(pg_catalog.>) 0 "
      "AND NOT t.attisdropped AND NOT q.attisdropped "
      "AND t.attgenerated OPERATOR(pg_catalog.=) ''",
      {std::to_string(table.oid), std::to_string(quarantine.oid)});
  return rows[0][0].value();
}

struct Selection {
  OptionalText event_type;
  OptionalText ids;  // as a bigint[] is written
  OptionalText max_rows;
};

std::vector<OptionalText> counts(const RelationFacts& table, const Enforcement& enforcement,
                                 const Selection& selection) {
  const RelationFacts quarantine = find_quarantine(enforcement.quarantine, table);
  const std::string type = "q." + quote_identifier(enforcement.type_column) + "::pg_catalog.text";
  const std::string version = enforcement.version_column.empty()
                                  ? "NULL::pg_catalog.int4"
                                  : "q." + quote_identifier(enforcement.version_column);
  const std::string columns = moved_columns(table, quarantine);
  // Rows that another call has in hand are left to it. What is still wrong is written anew. The
  // table's columns have whatever names, "reason" and "errors" too.
  const std::string statement =
      "WITH looked_at AS MATERIALIZED ("
      "  SELECT q.quarantine_id, o.reason, o.errors FROM " +
      quarantine.qualified() +
      " AS q "
      "  CROSS JOIN LATERAL tenancy.event_objection(" +
      type + ", q." + quote_identifier(enforcement.payload_column) + ", " + version + ", " +
      quote_literal(enforcement.allow_unknown ? "allow" : "reject") +
      ") AS o "
      "  WHERE ($1 IS NULL OR " +
      type +
      " OPERATOR(pg_catalog.=) $1) "
      "  AND ($2 IS NULL OR q.quarantine_id OPERATOR(pg_catalog.=) ANY ($2::pg_catalog.int8[])) "
      "  ORDER BY q.quarantine_id LIMIT $3::pg_catalog.int8 FOR UPDATE OF q SKIP LOCKED), "
      "updated AS ("
      "  UPDATE " +
      quarantine.qualified() +
      " AS q "
      "  SET quarantine_reason = l.reason, quarantine_errors = l.errors FROM looked_at AS l "
      "  WHERE l.quarantine_id OPERATOR(pg_catalog.=) q.quarantine_id AND l.reason IS NOT NULL "
      "  AND (q.quarantine_reason OPERATOR(pg_catalog.<>) l.reason "
      "    OR q.quarantine_errors OPERATOR(pg_catalog.<>) l.errors)), "
      "taken AS ("
      "  DELETE FROM " +
      quarantine.qualified() +
      " AS q USING looked_at AS l "
      "  WHERE l.quarantine_id OPERATOR(pg_catalog.=) q.quarantine_id AND l.reason IS NULL "
      "  RETURNING q.*), "
      "inserted AS ("
      "  INSERT INTO " +
      table.qualified() + " (" + columns +
      ") OVERRIDING SYSTEM VALUE "
      "  SELECT " +
      columns +
      " FROM taken ORDER BY quarantine_id RETURNING 1) "
      "SELECT (SELECT pg_catalog.count(*) FROM inserted), "
      "  (SELECT pg_catalog.count(*) FROM looked_at WHERE reason IS NOT NULL), "
      "  (SELECT pg_catalog.count(*) FROM taken)";
  const auto rows =
      Sql().query(statement, {selection.event_type, selection.ids, selection.max_rows});
  return rows[0];
}

}  // namespace

TENANCY_FUNCTION(tenancy_requeue) {
  Arguments const arguments(fcinfo);
  const RelationFacts table = describe_relation(arguments.oid(0));
  require_table(table);
  const std::optional<Enforcement> enforcement = find_enforcement(table);
  if (!enforcement || enforcement->quarantine.empty())
    throw Error(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "table \"" + table.name + "\" has no quarantine")
        .hint("Call tenancy.enforce_event_schemas() with mode => 'quarantine'.");
  if (table.is_partition)
    throw Error(ERRCODE_WRONG_OBJECT_TYPE, "table \"" + table.name + "\" is a partition")
        .hint("Call tenancy.requeue() for its partitioned table.");
  ResultRows result(fcinfo);
  Selection selection;
  if (!arguments.is_null(1)) selection.event_type = arguments.text(1);
  if (!arguments.is_null(2)) selection.ids = arguments.output(2);
  if (!arguments.is_null(3)) selection.max_rows = arguments.output(3);
  const auto row = counts(table, *enforcement, selection);
  // Such as one that its table's triggers make wrong on the way, and that is in quarantine again.
  if (row[2] != row[0])
    warning("events taken out of quarantine: " + *row[2] + ", inserted into table \"" + table.name +
                "\": " + *row[0],
            "Triggers of the table put the others elsewhere, or nowhere.");
  result.add({row[0], row[1]});
  return Datum{0};
}

}  // namespace tenancy::event
