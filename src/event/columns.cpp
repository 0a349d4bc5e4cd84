#include "event/columns.hpp"

namespace tenancy::event {

ColumnFacts require_column(const RelationFacts& relation, const std::string& name,
                           std::initializer_list<Oid> types, const char* expected) {
  const ColumnFacts column = describe_column(relation, name);
  Oid const base = server([&] { return getBaseType(column.type); });
  for (Oid const type : types)
    if (base == type) return column;
  throw Error(ERRCODE_DATATYPE_MISMATCH, "column \"" + name + "\" of relation \"" + relation.name +
                                             "\" is of type " + column.type_label() + ", not " +
                                             expected);
}

EventColumns find_columns(const RelationFacts& relation, const std::string& type,
                          const std::string& payload, const std::string& version) {
  const ColumnFacts types =
      require_column(relation, type, {TEXTOID, VARCHAROID}, "text or character varying");
  const ColumnFacts payloads = require_column(relation, payload, {JSONBOID}, "jsonb");
  EventColumns columns{types.number, payloads.number, 0,
                       types.is_generated || payloads.is_generated};
  if (version.empty()) return columns;
  const ColumnFacts versions = require_column(relation, version, {INT4OID}, "integer");
  columns.version = versions.number;
  columns.is_any_generated = columns.is_any_generated || versions.is_generated;
  return columns;
}

}  // namespace tenancy::event
