// Parts of a policy's condition, as a tree: what condition.cpp and form.cpp know it by. Server
// zone.
#pragma once

#include "server/guard.hpp"

namespace tenancy::isolation {

// A pg_node_tree as the catalog stores it.
Node* read_tree(const std::string& tree);

// An expression without the casts around it that change no value: those that the parser adds, and
// the same ones as a dump writes them, which makes them explicit.
Node* strip_casts(Node* expression);

// The setting of tenancy.current_tenant(NULL::type, 'setting'), where the node is such a call; null
// otherwise.
Const* setting_argument(Node* node);

// Writes a setting, in a tree that is the caller's own copy, in lower case.
void fold_setting_argument(Const* setting);

// walk_expression(), through subqueries too.
bool walk_tree(Node* node, bool (*visit)(Node*, void*), void* context);

}  // namespace tenancy::isolation
