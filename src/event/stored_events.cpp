#include "event/stored_events.hpp"

#include "event/row_name.hpp"
#include "event/schema_constraint.hpp"

namespace tenancy::event {
namespace {

bool is_readable_kind(char kind) {
  return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_VIEW ||
         kind == RELKIND_MATVIEW || kind == RELKIND_FOREIGN_TABLE;
}

bool can_be_sampled(char kind) {
  return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_MATVIEW;
}

// A sample of the blocks, the same one each time, so that two queries speak of the same rows.
std::string sample_sql(const EventSource& source, double percent) {
  if (percent >= 100) return "";
  if (!can_be_sampled(source.relation.kind))
    throw Error(ERRCODE_WRONG_OBJECT_TYPE, "\"" + source.relation.name + "\" cannot be sampled")
        .hint("Leave sample_percent at 100, or name a table.");
  char number[40];
  snprintf(number, sizeof number, "%.17g", percent);
  return std::string(" TABLESAMPLE pg_catalog.system (") + number + ") REPEATABLE (0)";
}

// The query's parts. Parameters: $1 the event type, $2 the schema.
class Query {
 public:
  Query(const EventSource& source, const Candidate& candidate) {
    const RelationFacts& relation = source.relation;
    const Enforcement& columns = source.columns;
    require_column(relation, columns.type_column, {TEXTOID, VARCHAROID},
                   "text or character varying");
    const JsonColumn payload = find_json_column(relation, columns.payload_column);
    payload_ = "e." + quote_identifier(columns.payload_column);
    formats_ = candidate.assert_format ? "true" : "false";
    matches_ = std::string(payload.matching_function()) + "($2::tenancy.jsonschema, " + payload_ +
               ", " + formats_ + ") IS TRUE";
    rows_ = std::string(source.only ? "ONLY " : "") + relation.qualified() + " AS e" +
            sample_sql(source, candidate.sample_percent);
    condition_ = "e." + quote_identifier(columns.type_column) + " OPERATOR(pg_catalog.=) $1";
    if (columns.version_column.empty()) return;
    require_column(relation, columns.version_column, {INT4OID}, "integer");
    const std::string version = "e." + quote_identifier(columns.version_column);
    condition_ += " AND (" + version + " IS NULL OR " + version + " OPERATOR(pg_catalog.>=) " +
                  std::to_string(candidate.newest_version) + ")";
  }

  std::string counts() const {
    return "SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE NOT (" + matches_ +
           ")) FROM " + rows_ + " WHERE " + condition_;
  }

  // The planner may ask conditions in any order, but other events are none of this schema's.
  std::string example(const std::string& name) const {
    return "SELECT " + name + ", v.instance_location, CASE WHEN " + payload_ +
           " IS NULL THEN 'payload is null' ELSE v.message END FROM " + rows_ +
           " LEFT JOIN LATERAL (SELECT instance_location, message "
           "  FROM tenancy.jsonschema_validation_errors($2::tenancy.jsonschema, " +
           payload_ + "::pg_catalog.jsonb, " + formats_ + ") LIMIT 1) AS v ON true WHERE " +
           condition_ + " AND CASE WHEN " + condition_ + " THEN NOT (" + matches_ + ") END LIMIT 1";
  }

 private:
  std::string payload_, formats_, matches_, rows_, condition_;
};

}  // namespace

EventSource find_source(Oid oid, const OptionalText& type_column,
                        const OptionalText& payload_column, const OptionalText& version_column) {
  EventSource source{describe_relation(oid), {}, false};
  if (!is_readable_kind(source.relation.kind))
    throw Error(ERRCODE_WRONG_OBJECT_TYPE,
                "\"" + source.relation.name + "\" is not a table or view");
  source.columns =
      find_enforcement(source.relation).value_or(Enforcement{"type", "payload", "", false, ""});
  if (type_column) source.columns.type_column = *type_column;
  if (payload_column) source.columns.payload_column = *payload_column;
  if (version_column) source.columns.version_column = *version_column;
  return source;
}

std::vector<Oid> enforcing_tables() {
  return Sql().read_oids(
      "SELECT c.oid FROM pg_catalog.pg_class AS c WHERE EXISTS ("
      "  SELECT FROM pg_catalog.pg_trigger WHERE tgrelid OPERATOR(pg_catalog.=) c.oid "
      "  AND tgfoid OPERATOR(pg_catalog.=) 'tenancy.check_event()'::pg_catalog.regprocedure "
      "  AND tgparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid) "
      "AND NOT pg_catalog.pg_is_other_temp_schema(c.relnamespace) ORDER BY c.relname, c.oid");
}

std::optional<EventSource> find_enforcing_source(Oid table) {
  if (!relation_exists(table)) return std::nullopt;
  EventSource source{describe_relation(table), {}, false};
  std::optional<Enforcement> enforcement = find_enforcement(source.relation);
  if (!enforcement) return std::nullopt;
  source.columns = std::move(*enforcement);
  // Children have triggers of their own.
  source.only = source.relation.kind == RELKIND_RELATION;
  return source;
}

bool may_read(const EventSource& source) {
  const Enforcement& columns = source.columns;
  std::vector<std::string> names{columns.type_column, columns.payload_column};
  if (!columns.version_column.empty()) names.push_back(columns.version_column);
  // A column that is not there any more is not a matter of privileges.
  const auto rows = Sql().read(
      "SELECT pg_catalog.has_schema_privilege($2::pg_catalog.oid, 'USAGE') AND ("
      "  pg_catalog.has_table_privilege($1::pg_catalog.oid, 'SELECT') OR COALESCE(("
      "    SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(attrelid, attnum, 'SELECT')) "
      "    FROM pg_catalog.pg_attribute WHERE attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
      "    AND attname OPERATOR(pg_catalog.=) ANY ($3::pg_catalog.name[]) "
      "    AND NOT attisdropped), false))",
      {std::to_string(source.relation.oid), std::to_string(source.relation.schema_oid),
       array_literal(names)});
  return rows[0][0] == "t";
}

StoredEvents check_stored_events(const EventSource& source, const Candidate& candidate) {
  const Query query(source, candidate);
  Sql sql;
  const auto counts = sql.read(query.counts(), {candidate.event_type, candidate.schema});
  StoredEvents found;
  found.checked = std::stoll(*counts[0][0]);
  found.failing = std::stoll(*counts[0][1]);
  if (found.failing == 0) return found;
  const auto examples = sql.read(query.example(row_name_sql(sql, source.relation)),
                                 {candidate.event_type, candidate.schema});
  if (examples.empty()) return found;
  found.example = examples[0][0];
  found.location = examples[0][1];
  found.message = examples[0][2];
  return found;
}

}  // namespace tenancy::event
