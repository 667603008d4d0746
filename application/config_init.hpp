#pragma once

#include <filesystem>

#include "application/config_writer.hpp"

namespace mino::application {

enum class Overwrite { kNo, kYes };

struct InitConfigRequest {
  std::filesystem::path file;
  ConfigTarget target = ConfigTarget::kUserFile;
  Overwrite overwrite = Overwrite::kNo;
};

/// `mino init` and `mino config init`: writes the commented template.
class InitConfig {
 public:
  /// The writer must outlive this.
  explicit InitConfig(ConfigWriter& writer) : writer_(writer) {}

  /// kAlreadyExists when there is a file that may not be overwritten.
  [[nodiscard]] Result<WrittenConfig> execute(const InitConfigRequest& request);

 private:
  ConfigWriter& writer_;
};

}  // namespace mino::application
