// The arguments that the functions of isolation share.
#pragma once

#include "isolation/definition.hpp"

namespace tenancy::isolation {

// The arguments 1 to 9 of enable_isolation(), and of its kin: tenant_column, roles, setting,
// policy_name, shared_rows, guard, bypass_roles, set_default, create_index.
inline Definition definition_of(const Arguments& arguments) {
  Definition definition;
  definition.tenant_column = arguments.name(1);
  definition.roles = arguments.name_array(2);
  definition.setting = arguments.text(3);
  definition.policy_name = arguments.name(4);
  definition.shared_rows = arguments.boolean(5);
  definition.guard = arguments.boolean(6);
  definition.bypass_roles = arguments.name_array(7);
  definition.set_default = arguments.boolean(8);
  definition.create_index = arguments.boolean(9);
  return definition;
}

}  // namespace tenancy::isolation
