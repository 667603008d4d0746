#pragma once

#include <cstddef>
#include <string_view>

namespace mino::cli {

/// A file that the program carries, so that it can be installed by copying one binary.
struct EmbeddedFile {
  std::string_view bytes;
  std::string_view sha256;  ///< lower-case hex
};

/// The box's first process, a static program.
[[nodiscard]] EmbeddedFile embedded_init();
/// mino-helper: the OCI hook, the gateway, the dialler and the guard.
[[nodiscard]] EmbeddedFile embedded_helper();
/// mino-probe: tries in a box what it must refuse; a static program.
[[nodiscard]] EmbeddedFile embedded_probe();

}  // namespace mino::cli
