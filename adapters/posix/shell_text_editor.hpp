#pragma once

#include "ports/config_text_editor.hpp"

namespace mino::posix {

/// Runs the editor with sh, as git and others do, so that $EDITOR may hold options and quotes.
class ShellTextEditor final : public ConfigTextEditor {
 public:
  [[nodiscard]] Result<void> open(const std::string& command,
                                  const std::filesystem::path& file) override;
};

}  // namespace mino::posix
