#pragma once

#include <string>

namespace mino {

/// A commented `layer.toml` for a layer of that name, which has to be one (check_layer_name()). It
/// is a valid manifest that installs nothing.
[[nodiscard]] std::string skeleton_manifest(const std::string& name);
/// A commented install.sh that does nothing.
[[nodiscard]] std::string skeleton_script(const std::string& name);

}  // namespace mino
