#pragma once

#include <string>

#include "ports/config_source.hpp"

namespace mino::toml {

/// TOML.
class TomlConfigSource final : public ConfigSource {
 public:
  [[nodiscard]] Result<ConfigDocument> parse(std::string file, std::string bytes) const override;
};

}  // namespace mino::toml
