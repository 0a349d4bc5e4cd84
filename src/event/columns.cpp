#include "event/columns.hpp"

namespace tenancy::event {
namespace {

AttrNumber require_column(const RelationFacts& relation, const std::string& name,
                          std::initializer_list<Oid> types, const char* expected) {
  const ColumnFacts column = describe_column(relation, name);
  if (column.is_generated)
    throw Error(ERRCODE_GENERATED_ALWAYS, "column \"" + name + "\" of relation \"" + relation.name +
                                              "\" is a generated column")
        .detail("Its value is computed after the trigger has run.");
  Oid const base = server([&] { return getBaseType(column.type); });
  for (Oid const type : types)
    if (base == type) return column.number;
  throw Error(ERRCODE_DATATYPE_MISMATCH, "column \"" + name + "\" of relation \"" + relation.name +
                                             "\" is of type " + column.type_label() + ", not " +
                                             expected);
}

}  // namespace

EventColumns find_columns(const RelationFacts& relation, const std::string& type,
                          const std::string& payload, const std::string& version) {
  EventColumns columns;
  columns.type = require_column(relation, type, {TEXTOID, VARCHAROID}, "text or character varying");
  columns.payload = require_column(relation, payload, {JSONBOID}, "jsonb");
  if (!version.empty()) columns.version = require_column(relation, version, {INT4OID}, "integer");
  return columns;
}

}  // namespace tenancy::event
