#include "domain/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace mino {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "mino: internal error: %s (%s:%d): this is a bug\n", condition, file, line);
  std::abort();
}

}  // namespace mino
