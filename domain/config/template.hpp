#pragma once

#include <string>

namespace mino {

enum class TemplateKind {
  kUser,    ///< every key
  kProject  ///< the keys that belong in a project's file
};

/// A configuration file in which every key is a comment that shows its default or an example, under
/// the headers of the sections. It sets nothing.
[[nodiscard]] std::string config_template(TemplateKind kind);

}  // namespace mino
