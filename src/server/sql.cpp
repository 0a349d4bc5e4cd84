#include "server/sql.hpp"

namespace tenancy {

Sql::Sql() : exceptions_(std::uncaught_exceptions()) {
  server([] {
    int const result = SPI_connect();
    if (result != SPI_OK_CONNECT) elog(ERROR, "SPI_connect: %s", SPI_result_code_string(result));
  });
}

Sql::~Sql() {
  // SPI_finish raises nothing on the connection made last, and this is the one.
  if (std::uncaught_exceptions() == exceptions_) SPI_finish();
}

std::vector<Sql::Row> Sql::query(const std::string& statement,
                                 std::initializer_list<OptionalText> parameters) {
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
    auto* const types = static_cast<Oid*>(palloc((count + 1) * sizeof(Oid)));
    auto* const values = static_cast<Datum*>(palloc((count + 1) * sizeof(Datum)));
    auto* const nulls = static_cast<char*>(palloc(count + 1));
    for (std::size_t i = 0; i < count; ++i) {
      types[i] = TEXTOID;
      nulls[i] = texts[i] ? ' ' : 'n';
      values[i] = texts[i] ? PointerGetDatum(cstring_to_text_with_len(
                                 texts[i]->data(), static_cast<int>(texts[i]->size())))
                           : Datum{0};
    }
    int const result = SPI_execute_with_args(statement.c_str(), static_cast<int>(count), types,
                                             values, nulls, false, 0);
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

  std::vector<Row> rows(table.rows);
  for (uint64 row = 0; row < table.rows; ++row)
    for (int column = 0; column < table.columns; ++column) {
      const char* const cell = table.cells[row][column];
      rows[row].push_back(cell ? OptionalText(cell) : std::nullopt);
    }
  return rows;
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

std::string quote_identifiers(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ", ";
    joined += quote_identifier(name);
  }
  return joined;
}

void notice(const std::string& message) {
  server([&] { ereport(NOTICE, (errmsg_internal("%s", message.c_str()))); });
}

void warning(const std::string& message) {
  server([&] { ereport(WARNING, (errmsg_internal("%s", message.c_str()))); });
}

}  // namespace tenancy
