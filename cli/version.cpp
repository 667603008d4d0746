#include "cli/version.hpp"

namespace mino::cli {

std::string_view version() { return MINO_VERSION; }

}  // namespace mino::cli
