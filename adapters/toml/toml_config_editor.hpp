#pragma once

#include <string>
#include <vector>

#include "adapters/toml/toml_config_source.hpp"
#include "ports/config_editor.hpp"

namespace mino::toml {

/// Splices TOML text, then reads the result back and compares it with what was asked for.
class TomlConfigEditor final : public ConfigEditor {
 public:
  [[nodiscard]] Result<std::string> set(const ConfigDocument& document,
                                        const std::vector<std::string>& path,
                                        const ConfigValue& value) const override;

 private:
  [[nodiscard]] Result<void> verify(const ConfigDocument& before, const std::string& after,
                                    const std::vector<std::string>& path,
                                    const ConfigValue& value) const;

  TomlConfigSource source_;
};

}  // namespace mino::toml
