#include "server/sql.hpp"

#include <map>

namespace tenancy {
namespace {

// The parameters of a statement, each of type text, as SPI wants them.
struct Parameters {
  int count;
  Oid* types;
  Datum* values;
  char* nulls;
};

// The rows of the statement that `execute`, called in the server zone, runs.
template <typename Execute>
std::vector<Sql::Row> run(std::initializer_list<OptionalText> parameters, Execute&& execute) {
  std::size_t const count = parameters.size();
  std::vector<const std::string*> texts;
  for (const OptionalText& parameter : parameters)
    texts.push_back(parameter ? &*parameter : nullptr);

  struct Table {
    uint64 rows;
    int columns;
    char*** cells;  // [row][column], null for NULL
  };
  Table const table = server([&]() -> Table {
    Parameters const given{static_cast<int>(count),
                           static_cast<Oid*>(palloc((count + 1) * sizeof(Oid))),
                           static_cast<Datum*>(palloc((count + 1) * sizeof(Datum))),
                           static_cast<char*>(palloc(count + 1))};
    for (std::size_t i = 0; i < count; ++i) {
      given.types[i] = TEXTOID;
      given.nulls[i] = texts[i] ? ' ' : 'n';
      given.values[i] = texts[i] ? PointerGetDatum(cstring_to_text_with_len(
                                       texts[i]->data(), static_cast<int>(texts[i]->size())))
                                 : Datum{0};
    }
    int const result = execute(given);
    if (result < 0) elog(ERROR, "SPI_execute: %s", SPI_result_code_string(result));
    Table found{};
    if (!SPI_tuptable) return found;
    found.rows = SPI_tuptable->numvals;
    found.columns = SPI_tuptable->tupdesc->natts;
    found.cells = static_cast<char***>(palloc((found.rows + 1) * sizeof(char**)));
    for (uint64 row = 0; row < found.rows; ++row) {
      found.cells[row] = static_cast<char**>(palloc(found.columns * sizeof(char*)));
      for (int column = 0; column < found.columns; ++column)
        found.cells[row][column] =
            SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1);
    }
    return found;
  });

  std::vector<Sql::Row> rows(table.rows);
  for (uint64 row = 0; row < table.rows; ++row) {
    rows[row].reserve(table.columns);
    for (int column = 0; column < table.columns; ++column) {
      const char* const cell = table.cells[row][column];
      rows[row].push_back(cell ? OptionalText(cell) : std::nullopt);
    }
  }
  return rows;
}

}  // namespace

Sql::Sql(int options) : exceptions_(std::uncaught_exceptions()) {
  server([&] {
    int const result = SPI_connect_ext(options);
    if (result != SPI_OK_CONNECT) elog(ERROR, "SPI_connect: %s", SPI_result_code_string(result));
  });
}

Sql::Sql() : Sql(0) {}
Sql::Sql(MayCommit) : Sql(SPI_OPT_NONATOMIC) {}

void Sql::commit() {
  server([] { SPI_commit(); });
}

Sql::~Sql() {
  // SPI_finish raises nothing on the connection made last, and this is the one.
  if (std::uncaught_exceptions() == exceptions_) SPI_finish();
}

std::vector<Sql::Row> Sql::query(const std::string& statement,
                                 std::initializer_list<OptionalText> parameters) {
  return run(parameters, [&](const Parameters& given) {
    return SPI_execute_with_args(statement.c_str(), given.count, given.types, given.values,
                                 given.nulls, false, 0);
  });
}

std::vector<Sql::Row> Sql::read(const std::string& statement,
                                std::initializer_list<OptionalText> parameters) {
  return run(parameters, [&](const Parameters& given) {
    return SPI_execute_with_args(statement.c_str(), given.count, given.types, given.values,
                                 given.nulls, true, 0);
  });
}

std::vector<Sql::Row> Sql::read_catalog(const char* statement,
                                        std::initializer_list<OptionalText> parameters) {
  // Never destroyed: it ends with its process, as the plans do.
  static auto* const plans = new std::map<const char*, SPIPlanPtr>;
  SPIPlanPtr& kept = (*plans)[statement];
  return run(parameters, [&](const Parameters& given) {
    if (!kept) {
      SPIPlanPtr const plan = SPI_prepare(statement, given.count, given.types);
      if (!plan) elog(ERROR, "SPI_prepare: %s", SPI_result_code_string(SPI_result));
      if (SPI_keepplan(plan) != 0) elog(ERROR, "SPI_keepplan failed");
      kept = plan;
    }
    CommandCounterIncrement();
    PushActiveSnapshot(GetLatestSnapshot());
    int const result = SPI_execute_plan(kept, given.values, given.nulls, true, 0);
    PopActiveSnapshot();
    return result;
  });
}

std::vector<Oid> Sql::read_oids(const char* statement,
                                std::initializer_list<OptionalText> parameters) {
  std::vector<Oid> oids;
  for (const Row& row : read_catalog(statement, parameters))
    oids.push_back(static_cast<Oid>(std::stoul(row.at(0).value())));
  return oids;
}

void Sql::execute(const std::string& statement, std::initializer_list<OptionalText> parameters) {
  query(statement, parameters);
}

std::string quote_identifier(const std::string& name) {
  return server([&] { return ::quote_identifier(name.c_str()); });
}

std::string quote_qualified(const std::string& schema, const std::string& name) {
  return quote_identifier(schema) + "." + quote_identifier(name);
}

std::string quote_literal(const std::string& text) {
  return server([&]() -> const char* { return quote_literal_cstr(text.c_str()); });
}

OptionalText array_literal(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  std::string literal = "{";
  for (const std::string& text : texts) {
    literal += literal.size() > 1 ? ",\"" : "\"";
    for (char const c : text) {
      if (c == '"' || c == '\\') literal += '\\';
      literal += c;
    }
    literal += '"';
  }
  return literal + "}";
}

std::string quote_identifiers(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ", ";
    joined += quote_identifier(name);
  }
  return joined;
}

void notice(const std::string& message, const std::string& hint) {
  server([&] {
    ereport(NOTICE, (errmsg_internal("%s", message.c_str()),
                     hint.empty() ? 0 : errhint("%s", hint.c_str())));
  });
}

void warning(const std::string& message, const std::string& hint) {
  server([&] {
    ereport(WARNING, (errmsg_internal("%s", message.c_str()),
                      hint.empty() ? 0 : errhint("%s", hint.c_str())));
  });
}

}  // namespace tenancy
