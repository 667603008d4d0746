#pragma once

#include <filesystem>
#include <string>

#include "application/config_writer.hpp"
#include "ports/config_text_editor.hpp"

namespace mino::application {

struct EditConfigRequest {
  std::filesystem::path file;
  ConfigTarget target = ConfigTarget::kUserFile;
  std::string editor;  ///< words for a shell
  Config user;         ///< what a project's file is laid on
};

/// `mino config edit`: opens the file, made from the template if there is none, in the user's
/// editor and checks it afterwards.
class EditConfig {
 public:
  /// Both must outlive this.
  EditConfig(ConfigWriter& writer, ConfigTextEditor& editor) : writer_(writer), editor_(editor) {}

  /// kConfig when the file is broken afterwards; it stays as the user left it.
  [[nodiscard]] Result<WrittenConfig> execute(const EditConfigRequest& request);

 private:
  ConfigWriter& writer_;
  ConfigTextEditor& editor_;
};

}  // namespace mino::application
