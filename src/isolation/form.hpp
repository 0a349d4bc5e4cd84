// What the condition of a policy beside the tenant's is, by the trees of the two alone: no table is
// locked or opened, as parsing the condition that is wanted would.
#pragma once

#include "server/guard.hpp"

namespace tenancy::isolation {

enum class Form {
  tenant,      // the tenant's condition itself
  shared,      // the tenant column is null
  visible,     // either
  everything,  // true
};

// Whether `tree` is the condition that `form` says, where `tenant` is the tenant's; both as the
// catalog stores them. C++ zone.
bool has_form(const std::string& tree, Form form, const std::string& tenant);

// Whether `tree` can be the tenant's condition by foreign keys: EXISTS (...), where the comparison
// with the tenant, and one with the row itself, are among the conditions that must all hold.
bool is_form_by_keys(const std::string& tree);

}  // namespace tenancy::isolation
