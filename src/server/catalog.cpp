#include "server/catalog.hpp"

namespace tenancy {

Rows<Oid> members_of_extensions() {
  Rows<Oid> found{};
  scan_catalog(DependRelationId, DependReferenceIndexId,
               {oid_key(Anum_pg_depend_refclassid, ExtensionRelationId)},
               [&](HeapTuple tuple, TupleDesc) {
                 auto* const form = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
                 if (form->classid == RelationRelationId && form->deptype == DEPENDENCY_EXTENSION)
                   found.add(form->objid);
               });
  return found;
}

Rows<Inheritance> read_inheritance() {
  Rows<Inheritance> found{};
  scan_catalog(InheritsRelationId, InvalidOid, {}, [&](HeapTuple tuple, TupleDesc) {
    auto* const form = reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple));
    found.add({form->inhrelid, form->inhparent});
  });
  return found;
}

bool is_users_schema(Oid schema) {
  const char* const name = get_namespace_name(schema);
  return name && std::strncmp(name, "pg_", 3) != 0 && std::strcmp(name, "information_schema") != 0;
}

}  // namespace tenancy
