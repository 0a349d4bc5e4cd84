// check_event_schema(): what registering a schema would change, before it is registered.
#include "event/stored_events.hpp"
#include "jsonschema/compatibility/difference.hpp"
#include "jsonschema/schema/document.hpp"
#include "validation/match.hpp"
#include "validation/registered.hpp"
#include "validation/schema_text.hpp"

namespace tenancy::event {
namespace {

// The newest version of an event type that is in use, as the caller may read it.
struct Former {
  int version = 0;     // 0: there is none
  std::string schema;  // self-contained
  std::string source;  // as it was given
  bool assert_format = false;
  int last_version = 0;  // the highest, retired or not; 0: never registered
};

Former read_former(const std::string& event_type) {
  const auto rows = Sql().read(
      "SELECT last.version, s.version, s.schema, "
      "  COALESCE(s.source::pg_catalog.text, s.schema::pg_catalog.text), s.assert_format "
      "FROM (SELECT COALESCE(pg_catalog.max(version), 0) AS version FROM tenancy.event_schema "
      "  WHERE event_type OPERATOR(pg_catalog.=) $1) AS last "
      "LEFT JOIN LATERAL (SELECT * FROM tenancy.event_schema "
      "  WHERE event_type OPERATOR(pg_catalog.=) $1 AND retired_at IS NULL "
      "  ORDER BY version DESC LIMIT 1) AS s ON true",
      {event_type});
  const Sql::Row& row = rows.at(0);
  Former former;
  former.last_version = std::stoi(*row[0]);
  if (!row[1]) return former;
  former.version = std::stoi(*row[1]);
  former.schema = *row[2];
  former.source = *row[3];
  former.assert_format = row[4] == "t";
  return former;
}

// A row of the result; what is not set is null.
struct Finding {
  std::string change;
  OptionalText location, before, after;
  std::optional<bool> is_breaking;
  OptionalText table, checked, failing, example, message;
};

void add(ResultRows& rows, const Finding& finding) {
  rows.add({finding.change, finding.location, finding.before, finding.after,
            finding.is_breaking ? OptionalText(*finding.is_breaking ? "t" : "f") : std::nullopt,
            finding.table, finding.checked, finding.failing, finding.example, finding.message});
}

// Which version it would be.
Finding describe_version(const Former& former, bool is_same) {
  Finding finding;
  finding.is_breaking = false;
  if (former.version != 0) finding.before = std::to_string(former.version);
  finding.after = is_same ? finding.before : std::to_string(former.last_version + 1);
  finding.change = is_same                    ? "same version"
                   : former.version != 0      ? "new version"
                   : former.last_version == 0 ? "no version registered"
                                              : "no version in use";
  return finding;
}

Finding describe_events(const EventSource& source, const Candidate& candidate) {
  const StoredEvents events = check_stored_events(source, candidate);
  Finding finding;
  finding.change = "stored events";
  finding.location = events.location;
  finding.is_breaking = events.failing > 0;
  finding.table = std::to_string(source.relation.oid);
  finding.checked = std::to_string(events.checked);
  finding.failing = std::to_string(events.failing);
  finding.example = events.example;
  finding.message = events.message;
  return finding;
}

// A table whose events could not be looked at must not be taken for one without any.
Finding describe_unread(Oid table, std::string reason) {
  Finding finding;
  finding.change = "stored events";
  finding.table = std::to_string(table);
  finding.message = "not checked: " + std::move(reason);
  return finding;
}

void check_enforcing_tables(const Candidate& candidate, ResultRows& rows) {
  const std::vector<Oid> tables = enforcing_tables();
  for (Oid const table : tables) {
    // What the trigger of a table says may not be so any more. Only that is an Error here; what the
    // server raises goes on.
    try {
      const std::optional<EventSource> source = find_enforcing_source(table);
      if (!source) continue;
      add(rows, may_read(*source) ? describe_events(*source, candidate)
                                  : describe_unread(table, "permission denied"));
    } catch (const Error& error) {
      add(rows, describe_unread(table, error.what()));
    }
  }
  if (tables.empty())
    notice("event schemas are not enforced on any table, so no stored events have been checked",
           "Name the table that has them as relation.");
}

// Under the server's interrupts. Should CHECK_FOR_INTERRUPTS() return after all, the comparison is
// begun anew and runs to its end.
std::vector<jsonschema::Difference> compare(const Former& former, const Candidate& candidate) {
  jsonschema::DifferenceOptions options{.before_asserts_format = former.assert_format,
                                        .after_asserts_format = candidate.assert_format,
                                        .interrupted = validation::is_interrupted,
                                        .stack_exhausted = validation::is_stack_exhausted};
  try {
    try {
      return jsonschema::differences(former.schema, candidate.schema, options);
    } catch (const jsonschema::Interrupted&) {
    }
    server([] { CHECK_FOR_INTERRUPTS(); });
    options.interrupted = nullptr;
    return jsonschema::differences(former.schema, candidate.schema, options);
  } catch (const jsonschema::SchemaError& error) {
    throw validation::schema_error(error);
  }
}

double sample_percent(Datum value) {
  double const percent = DatumGetFloat8(value);
  if (!(percent > 0 && percent <= 100))
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE,
                "sample_percent must be greater than 0 and at most 100");
  return percent;
}

Datum check(FunctionCallInfo fcinfo, const Arguments& arguments, const std::string& schema) {
  Candidate candidate;
  candidate.event_type = arguments.text(0);
  candidate.sample_percent = sample_percent(arguments.datum(6));
  candidate.assert_format = arguments.boolean(7);
  if (candidate.event_type.empty())
    throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "event type must not be empty");
  candidate.schema = validation::bundle(schema).schema;
  validation::find_schema(candidate.schema, candidate.assert_format);
  const Former former = read_former(candidate.event_type);
  candidate.newest_version = former.version;

  ResultRows rows(fcinfo);
  // As registering decides it.
  bool const is_same =
      former.version != 0 && former.assert_format == candidate.assert_format &&
      (former.source == schema || jsonschema::same_document(former.source, schema));
  add(rows, describe_version(former, is_same));
  if (arguments.is_null(2))
    check_enforcing_tables(candidate, rows);
  else
    add(rows, describe_events(find_source(arguments.oid(2), arguments.optional_name(3),
                                          arguments.optional_name(4), arguments.optional_name(5)),
                              candidate));
  if (former.version == 0) return Datum{0};
  for (const jsonschema::Difference& difference : compare(former, candidate)) {
    Finding finding;
    finding.change = difference.change;
    finding.location = difference.location;
    finding.before = difference.before;
    finding.after = difference.after;
    finding.is_breaking = difference.is_breaking;
    add(rows, finding);
  }
  return Datum{0};
}

}  // namespace

// Of text, json and jsonschema, which are stored alike.
TENANCY_FUNCTION(tenancy_check_event_schema) {
  Arguments const arguments(fcinfo);
  return check(fcinfo, arguments, arguments.text(1));
}

TENANCY_FUNCTION(tenancy_check_event_schema_jsonb) {
  Arguments const arguments(fcinfo);
  return check(fcinfo, arguments, validation::jsonb_text(arguments.datum(1)));
}

}  // namespace tenancy::event
