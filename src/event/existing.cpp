// check_events(): the events that a table has already, against the registered schemas.
//
// The rows are read by a query that counts them by type, each judged where it is read, so that the
// plan can be a parallel one; those of types that fail are read once more, to tell what fails.
// (Were it one query, the planner would expect as many groups as rows, and sort them.) The leader,
// which takes part, says how far it has come.
#include "event/call_site.hpp"
#include "event/enforcement.hpp"
#include "event/row_name.hpp"
#include "validation/match.hpp"

namespace tenancy::event {
namespace {

constexpr int first_report_after = 2000;  // milliseconds
constexpr int reports_every = 5000;
constexpr unsigned rows_between_looks = 256;  // at the clock

// How far the check that runs in this backend has come.
struct Progress {
  unsigned rows = 0;
  Oid table = InvalidOid;       // that is being read
  BlockNumber blocks = 0;       // that it has
  BlockNumber furthest = 0;     // that was seen: workers take them in order
  TimestampTz next_report = 0;  // 0: no check runs
};
constinit Progress progress{};

// Says it to the client, and to whoever looks at pg_stat_activity. Server zone.
void say_progress() {
  if (GetCurrentTimestamp() < progress.next_report) return;
  progress.next_report = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), reports_every);
  const char* const name = get_rel_name(progress.table);
  const char* const line = psprintf(
      "tenancy.check_events: %.0f %% of table %s",
      100.0 * progress.furthest / (progress.blocks > 0 ? progress.blocks : 1), name ? name : "?");
  pgstat_report_activity(STATE_RUNNING, line);
  ereport(INFO, (errmsg_internal("%s", line)));
}

// For each row. Server zone.
void count_progress(Oid table, ItemPointer row) {
  if (progress.next_report == 0 || IsParallelWorker()) return;
  if (progress.table != table) {
    progress.table = table;
    progress.furthest = 0;
    Relation const relation = table_open(table, NoLock);
    progress.blocks =
        RELKIND_HAS_STORAGE(relation->rd_rel->relkind) ? RelationGetNumberOfBlocks(relation) : 0;
    table_close(relation, NoLock);
  }
  if (BlockNumber const block = ItemPointerGetBlockNumber(row); block > progress.furthest)
    progress.furthest = block;
  if (++progress.rows % rows_between_looks == 0) say_progress();
}

// While one lives, rows that are checked are counted, and what is seen of the client's statement
// may be a line of progress.
class Watch {
 public:
  Watch() {
    progress = {};
    progress.next_report = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), first_report_after);
  }
  ~Watch() {
    progress = {};
    // Raises nothing.
    pgstat_report_activity(STATE_RUNNING, debug_query_string);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
};

// What groups rows that fail alike: the place in the schema of the first keyword that is not
// satisfied, or, where it does not come to that, what there is to say.
std::string failure_of(Verdict verdict, const Event& event, Lookup& lookup) {
  if (verdict != Verdict::mismatch) return explain(verdict, event, lookup).message;
  const EventSchema& schema = lookup.find(event.type_name(), event.wanted());
  const auto violations =
      validation::violations(*schema.compiled, validation::bytes_of(event.payload), 1);
  return violations.empty() ? "" : violations[0].keyword_location;
}

// Which columns hold the events: those that the caller names, or else those that the table's
// trigger names, or else the usual ones.
Enforcement choose(const RelationFacts& relation, const Arguments& arguments) {
  Enforcement chosen =
      find_enforcement(relation).value_or(Enforcement{"type", "payload", "", false, ""});
  chosen.type_column = arguments.optional_name(1).value_or(chosen.type_column);
  chosen.payload_column = arguments.optional_name(2).value_or(chosen.payload_column);
  chosen.version_column = arguments.optional_name(3).value_or(chosen.version_column);
  if (!arguments.is_null(4)) chosen.allow_unknown = allows_unknown(arguments.text(4));
  chosen.columns_in(relation);
  return chosen;
}

// The arguments event_type, payload and version of a row, as SQL.
std::string event_sql(const Enforcement& columns) {
  return quote_identifier(columns.type_column) + "::pg_catalog.text, " +
         quote_identifier(columns.payload_column) + ", " +
         (columns.version_column.empty()
              ? "NULL::pg_catalog.int4"
              : quote_identifier(columns.version_column) + "::pg_catalog.int4");
}

// A call of check_stored_event() for a row, as SQL.
std::string judging_sql(const Enforcement& columns) {
  return "tenancy.check_stored_event(tableoid, ctid, " + event_sql(columns) +
         (columns.allow_unknown ? ", true)" : ", false)");
}

// Types, as reasons, are compared as bytes.
std::string type_sql(const Enforcement& columns) {
  return quote_identifier(columns.type_column) + "::pg_catalog.text COLLATE pg_catalog.\"C\"";
}

// How many events there are of each type, and how many of them fail.
std::string counting_query(const RelationFacts& relation, const Enforcement& columns) {
  return "SELECT event_type, pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE fails) "
         "FROM (SELECT " +
         type_sql(columns) + " AS event_type, " + judging_sql(columns) +
         " IS NOT NULL AS fails FROM " + relation.qualified() +
         ") AS judged GROUP BY event_type ORDER BY event_type NULLS FIRST";
}

// What fails of the types $1, and, if $2, of events without a type; how often, and where the first
// one is.
std::string failing_query(const RelationFacts& relation, const Enforcement& columns) {
  const std::string judged = "SELECT " + type_sql(columns) +
                             " AS event_type, tableoid AS place, ctid AS row, " +
                             judging_sql(columns) + " COLLATE pg_catalog.\"C\" AS failure FROM " +
                             relation.qualified() + " WHERE " + type_sql(columns) +
                             " OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.text[]) "
                             "OR $2::pg_catalog.bool AND " +
                             quote_identifier(columns.type_column) + " IS NULL";
  return "SELECT event_type, failure, pg_catalog.sum(rows), "
         "(pg_catalog.array_agg(place ORDER BY place))[1]::pg_catalog.int8, "
         "(pg_catalog.array_agg(row ORDER BY place))[1]::pg_catalog.text "
         "FROM (SELECT event_type, failure, place, pg_catalog.count(*) AS rows, "
         "  pg_catalog.min(row) AS row FROM (" +
         judged +
         ") AS judged WHERE failure IS NOT NULL GROUP BY 1, 2, 3) AS counted "
         "GROUP BY event_type, failure ORDER BY event_type NULLS FIRST, 3 DESC, failure";
}

bool is_keyword_location(const std::string& failure) {
  return failure.empty() || failure.front() == '/';
}

// For a row that fails, by its place: which it is, and what is wrong with it at the keyword by
// which it was counted, or, where a report is too long to come to that, the first thing. Through
// the table that was asked about, so that its policies apply.
std::string example_query(const RelationFacts& relation, const Enforcement& columns,
                          const std::string& row_name, const std::string& failure) {
  return "SELECT " + row_name + ", " +
         (is_keyword_location(failure)
              ? "(SELECT pg_catalog.concat_ws(': ', NULLIF(v.instance_location, ''), v.message) "
                "FROM tenancy.event_errors(" +
                    event_sql(columns) +
                    ") WITH ORDINALITY AS v(instance_location, keyword_location, message, place) "
                    "ORDER BY v.keyword_location OPERATOR(pg_catalog.<>) " +
                    quote_literal(failure) + ", v.place LIMIT 1)"
              : quote_literal(failure)) +
         " FROM " + relation.qualified() +
         " AS e WHERE e.tableoid OPERATOR(pg_catalog.=) $1::pg_catalog.oid "
         "AND e.ctid OPERATOR(pg_catalog.=) $2::pg_catalog.tid";
}

}  // namespace

// Called once a row, by the query below.
TENANCY_FUNCTION(tenancy_check_stored_event) {
  CallSite& site = call_site(fcinfo);
  if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1))
    count_progress(PG_GETARG_OID(0), reinterpret_cast<ItemPointer>(PG_GETARG_POINTER(1)));
  bool const allow_unknown = !PG_ARGISNULL(5) && PG_GETARG_BOOL(5);
  Event const event = event_argument(fcinfo, 2);
  Verdict const verdict = judge(event, site.lookup, allow_unknown, true);
  if (verdict == Verdict::accepted) [[likely]]
    PG_RETURN_NULL();
  const std::string failure = failure_of(verdict, event, site.lookup);
  return server([&] { return CStringGetTextDatum(failure.c_str()); });
}

TENANCY_FUNCTION(tenancy_check_events) {
  Arguments const arguments(fcinfo);
  const RelationFacts relation = describe_relation(arguments.oid(0));
  require_table(relation);
  const Enforcement columns = choose(relation, arguments);
  ResultRows result(fcinfo);
  Sql sql;
  std::vector<Sql::Row> types, failures;
  {
    const Watch watch;
    types = sql.read(counting_query(relation, columns));
    std::vector<std::string> failing;
    bool without_type = false;
    for (const Sql::Row& type : types) {
      if (type[2] == "0") continue;
      if (type[0])
        failing.push_back(*type[0]);
      else
        without_type = true;
    }
    if (!failing.empty() || without_type)
      failures = sql.read(failing_query(relation, columns),
                          {array_literal(failing), without_type ? "t" : "f"});
  }
  const std::string row_name = row_name_sql(sql, relation);
  auto failure = failures.begin();
  for (const Sql::Row& type : types) {
    if (type[2] == "0")
      result.add({type[0], type[1], "0", std::nullopt, std::nullopt, std::nullopt});
    // Both are in the order of the types.
    for (; failure != failures.end() && (*failure)[0] == type[0]; ++failure) {
      const std::string& reason = *(*failure)[1];
      const auto examples = sql.read(example_query(relation, columns, row_name, reason),
                                     {(*failure)[3], (*failure)[4]});
      const bool is_there = !examples.empty();
      result.add({type[0], type[1], (*failure)[2],
                  is_keyword_location(reason) ? OptionalText(reason) : std::nullopt,
                  is_there ? examples[0][0] : std::nullopt,
                  is_there ? examples[0][1] : std::nullopt});
    }
  }
  return Datum{0};
}

}  // namespace tenancy::event
