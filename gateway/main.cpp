#include <malloc.h>

#include "cli/cli.h"

int main(int argc, char** argv) {
  // One arena for all threads: the others grow by a page and a system call at a time, and keep what one thread freed
  // from the next. The pipeline allocates, the shards hardly do.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, 1 << 20);
  return sluice::cli::run(argc, argv);
}
