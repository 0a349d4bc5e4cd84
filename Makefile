# pg_tenancy, built with PGXS:
#
#   make && make install && make installcheck      (any server: make PG_CONFIG=/path/to/pg_config)
#
# The sources stand in src/sources.list, the SQL fragments in src/sql.list and the version in
# pg_tenancy.control; CMakeLists.txt reads the same three files.

here := $(dir $(lastword $(MAKEFILE_LIST)))
version := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(here)pg_tenancy.control)
sources := $(shell sed 's/\#.*//' $(here)src/sources.list)
fragments := $(shell sed 's/\#.*//' $(here)src/sql.list)

EXTENSION = pg_tenancy
MODULE_big = pg_tenancy
OBJS = $(sources:.cpp=.o)
DATA_built = pg_tenancy--$(version).sql
REGRESS = setup tenant isolation isolation_errors index index_errors jsonschema event event_errors privileges teardown
ISOLATION = registry enabling
EXTRA_CLEAN = $(OBJS:.o=.d) output_iso

PG_CONFIG ?= pg_config
# Server headers as system headers: their warnings are not ours. The language standard stands among
# the preprocessor flags because PGXS passes those alone to every compiler that it may call.
PG_CPPFLAGS = -std=c++20 -I$(srcdir)/src -isystem $(includedir_server)
PG_CXXFLAGS = -Wall -Wextra -Wno-register -fvisibility=hidden -fvisibility-inlines-hidden -MMD -MP
SHLIB_LINK = -lpcre2-8 -lstdc++ -Wl,--version-script=$(srcdir)/src/exports.map

# No bitcode: inlining C++ with exceptions into JIT code gains nothing and doubles the build.
override with_llvm := no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# In a VPATH build the objects' folders have to be made; as targets, make would find the sources'.
$(shell mkdir -p $(sort $(dir $(OBJS))))

pg_tenancy--$(version).sql: $(addprefix $(srcdir)/,$(fragments)) $(srcdir)/src/sql.list $(srcdir)/script/join-sql
	$(srcdir)/script/join-sql > $@.tmp && mv $@.tmp $@

$(shlib): $(srcdir)/src/exports.map

-include $(OBJS:.o=.d)
