// How far the index builds of this database have come.
#pragma once

#include "server/guard.hpp"

namespace tenancy::index {

// A build under way. Plain data: it may leave the server zone.
struct BuildProgress {
  int pid;                                 // of the process that builds
  Oid relation, index;                     // the index as far as it is known yet, else InvalidOid
  const char* command;                     // CREATE INDEX and the like
  const char* phase;                       // as pg_stat_progress_create_index calls it
  double percent;                          // of the whole, waiting left out: an estimate
  std::int64_t blocks_done, blocks_total;  // of the scan in this phase
  std::int64_t tuples_done, tuples_total;
  int waits_for;  // the process whose transaction it waits for, 0 where none
};

// Server zone. The build of that process, if it has one.
bool find_progress(int pid, BuildProgress& progress);

}  // namespace tenancy::index
