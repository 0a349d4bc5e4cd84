# pg_tenancy, built with PGXS:
#
#   make && make install && make installcheck      (any server: make PG_CONFIG=/path/to/pg_config)
#
# The sources stand in src/sources.list, the SQL fragments in src/sql.list and the version in
# pg_tenancy.control; CMakeLists.txt reads the same three files.

root := $(dir $(lastword $(MAKEFILE_LIST)))
version := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(root)pg_tenancy.control)
sources := $(shell sed 's/\#.*//' $(root)src/sources.list)
fragments := $(shell sed 's/\#.*//' $(root)src/sql.list)

EXTENSION = pg_tenancy
MODULE_big = pg_tenancy
OBJS = $(sources:.cpp=.o)
DATA_built = pg_tenancy--$(version).sql
REGRESS = setup tenant seal plan_per_tenant token isolation isolation_errors isolation_policies isolation_through isolation_schema \
  isolation_view auto_isolation ways_around index index_tenant index_predicate index_conflict index_errors index_concurrently index_reattached index_usable index_explain index_foreign_keys index_suggestions index_estimates payload jsonschema jsonschema_type jsonschema_cache jsonschema_resource jsonschema_bundle jsonschema_metaschema event event_errors event_registry event_quarantine event_existing event_constraint event_compatibility event_indexes privileges teardown
ISOLATION = foreign_keys indexes suggest_indexes dependants enforcing registry constraint enabling attaching schema tokens
EXTRA_CLEAN = output_iso

include $(root)src/build.mk
SHLIB_LINK += -lpcre2-8 -lidn2 -lcrypto
# What needs another extension is tested where that is there; script/bootstrap --test brings HypoPG.
has_extension = $(wildcard $(shell $(PG_CONFIG) --sharedir)/extension/$(1).control)
REGRESS := $(patsubst index_tenant,index_tenant $(if $(call has_extension,btree_gist),index_btree_gist),$(REGRESS))
REGRESS := $(patsubst index_estimates,index_estimates $(if $(call has_extension,hypopg),hypopg),$(REGRESS))

include $(PGXS)

# In a VPATH build the objects' folders have to be made; as targets, make would find the sources'.
$(shell mkdir -p $(sort $(dir $(OBJS))))

pg_tenancy--$(version).sql: $(addprefix $(root),$(fragments)) $(root)src/sql.list $(root)script/join-sql
	$(root)script/join-sql > $@.tmp && mv $@.tmp $@

# To PGXS every object is secondary: one that is missing is made only where the module is older than something.
$(shlib): $(root)src/exports.map $(root)src/sources.list

-include $(OBJS:.o=.d)
