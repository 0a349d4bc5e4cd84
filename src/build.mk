# How C++ for the server is compiled and linked; for the Makefiles of the module and of test/server,
# which set `root`, the folder of this repository.

PG_CONFIG ?= pg_config
# Server headers as system headers: their warnings are not ours. The language standard stands among
# the preprocessor flags because PGXS passes those alone to every compiler that it may call.
PG_CPPFLAGS = -std=c++20 -I$(root)src -isystem $(includedir_server)
PG_CXXFLAGS = -Wall -Wextra -Wno-register -fvisibility=hidden -fvisibility-inlines-hidden -MMD -MP
SHLIB_LINK = -lstdc++ -Wl,--version-script=$(root)src/exports.map
EXTRA_CLEAN += $(OBJS:.o=.d)

# No bitcode: inlining C++ with exceptions into JIT code gains nothing and doubles the build.
override with_llvm := no

PGXS := $(shell $(PG_CONFIG) --pgxs)
