// The module: its magic, and what runs when the server loads it. Nothing else.
#include "server/guard.hpp"
#include "tenant/settings.hpp"
#include "validation/schema_cache.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
}

// Calls the server before any C++ object exists, as the boundary allows.
void _PG_init(void) {
  tenancy::tenant::define_other_settings = tenancy::validation::define_settings;
  tenancy::tenant::define_settings();
}
