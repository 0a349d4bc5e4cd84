// Included last by every .cpp of a pure room (src/jsonschema, src/token): fails the build when a
// header of the server has leaked into it. (Headers of these rooms may be included beside the
// server's; these .cpp files may not.)
#pragma once

#if defined(POSTGRES_H) || defined(PG_VERSION_NUM) || defined(PG_MODULE_MAGIC)
#error "this room is pure C++: no header of the server may be reachable from it"
#endif
