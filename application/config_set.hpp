#pragma once

#include <filesystem>
#include <string>

#include "application/config_writer.hpp"
#include "domain/config/config.hpp"
#include "ports/config_editor.hpp"

namespace mino::application {

struct SetConfigRequest {
  std::filesystem::path file;
  ConfigTarget target = ConfigTarget::kUserFile;
  std::string key;    ///< as typed
  std::string value;  ///< as typed
  Config user;        ///< what a project's file is laid on
};

struct SetConfigResponse {
  const ConfigKey* key = nullptr;
  WrittenConfig written;
};

/// `mino config set`: changes one value in a file, or makes the file.
class SetConfig {
 public:
  /// The ports and the writer must outlive this.
  SetConfig(const ConfigSource& source, const ConfigEditor& editor, ConfigWriter& writer);

  /// kUsage for an unknown key or a value that does not fit it, kConfig when the file is broken or
  /// the result would be. Then the file is as it was.
  [[nodiscard]] Result<SetConfigResponse> execute(const SetConfigRequest& request);

 private:
  const ConfigSource& source_;
  const ConfigEditor& editor_;
  ConfigWriter& writer_;
};

}  // namespace mino::application
