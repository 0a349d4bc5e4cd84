// SQL from C++: statements and rows through SPI, and the quoting that they need.
//
// Statements run as the caller, with the caller's privileges. Whatever search_path is in force is
// in force for them too, so they name every object with its schema and every operator with
// OPERATOR(pg_catalog.=).
#pragma once

#include "server/function.hpp"

namespace tenancy {

// A connection to SPI, for as long as the object lives. C++ zone; one at a time in a function.
class Sql {
 public:
  using Row = std::vector<OptionalText>;

  Sql();
  // For a procedure that is not called inside of a transaction block.
  enum MayCommit { may_commit };
  explicit Sql(MayCommit);
  // After an error the abort of the transaction ends the connection: by then the innermost one
  // may be another's.
  ~Sql();
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;

  // Ends the transaction and begins the next. Only of one that may.
  void commit();

  // Runs one statement; the rows that it returns, each value as text. Parameters are of type
  // text: write $1::pg_catalog.int4 for another.
  std::vector<Row> query(const std::string& statement,
                         std::initializer_list<OptionalText> parameters = {});
  void execute(const std::string& statement, std::initializer_list<OptionalText> parameters = {});
  // The same of a SELECT, with the snapshot of the statement that called: what several of them
  // read belongs together. Its plan may be a parallel one.
  std::vector<Row> read(const std::string& statement,
                        std::initializer_list<OptionalText> parameters = {});
  // The rows of a SELECT of the catalog as it is now, whatever the transaction's snapshot: what the
  // server goes by, and what a lock has been waited for. Its plan is kept for the session, for what
  // is asked once for each of many tables; `statement` is a literal, known by its address.
  std::vector<Row> read_catalog(const char* statement,
                                std::initializer_list<OptionalText> parameters = {});
  // The same of a SELECT of one column of OIDs, none of them null.
  std::vector<Oid> read_oids(const char* statement,
                             std::initializer_list<OptionalText> parameters = {});

 private:
  explicit Sql(int options);

  int exceptions_;
};

// `name` as an SQL identifier, quoted where it must be.
std::string quote_identifier(const std::string& name);
// `schema`.`name`, each quoted where it must be.
std::string quote_qualified(const std::string& schema, const std::string& name);
// `text` as an SQL string literal.
std::string quote_literal(const std::string& text);
// Texts as a text[] is written, for a parameter; null where there are none.
OptionalText array_literal(const std::vector<std::string>& texts);
// Identifiers, quoted and joined by ", ".
std::string quote_identifiers(const std::vector<std::string>& names);

// A NOTICE or a WARNING to the client. C++ zone.
void notice(const std::string& message, const std::string& hint = "");
void warning(const std::string& message, const std::string& hint = "");

}  // namespace tenancy
