#pragma once

#include <filesystem>
#include <string>

#include "domain/result.hpp"

namespace mino {

/// The person's own editor.
class ConfigTextEditor {
 public:
  ConfigTextEditor() = default;
  ConfigTextEditor(const ConfigTextEditor&) = delete;
  ConfigTextEditor& operator=(const ConfigTextEditor&) = delete;
  virtual ~ConfigTextEditor() = default;

  /// Runs `command`, words for a shell as in $EDITOR, with the file as one more argument, on the
  /// terminal that mino has, and waits for its end however long it takes. kNotFound when there is
  /// no such program, kInternal when it ended with another code than zero.
  [[nodiscard]] virtual Result<void> open(const std::string& command,
                                          const std::filesystem::path& file) = 0;
};

}  // namespace mino
