#include "tests/support/test_paths.hpp"

namespace mino::testing_support {

// The one source that is compiled with a path of the checkout: the others can come from the
// compiler cache of another.
const char* golden_directory() { return MINO_GOLDEN_DIR; }
const char* init_program() { return MINO_INIT_PATH; }
const char* filter_stand_in() { return MINO_FILTER_STAND_IN; }

}  // namespace mino::testing_support
