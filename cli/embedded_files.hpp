#pragma once

#include "application/resolve_layers.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

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
/// The files of the layers that mino brings along, by path below layers/: "rust/layer.toml".
[[nodiscard]] std::vector<application::CarriedLayerFile> embedded_layers();
/// mino-probe: tries in a box what it must refuse; a static program.
[[nodiscard]] EmbeddedFile embedded_probe();
/// mino-credential: git's way to the credential broker of a box; a static program.
[[nodiscard]] EmbeddedFile embedded_credential();

}  // namespace mino::cli
