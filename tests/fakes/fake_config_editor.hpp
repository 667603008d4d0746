#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/config/layers.hpp"
#include "ports/config_editor.hpp"

namespace mino::fakes {

/// Edits the lines that FakeConfigSource understands.
class FakeConfigEditor final : public ConfigEditor {
 public:
  [[nodiscard]] Result<std::string> set(const ConfigDocument& document,
                                        const std::vector<std::string>& path,
                                        const ConfigValue& value) const override {
    if (std::holds_alternative<ConfigTable>(value))
      return Error(ErrorCode::kConfig, document.file + ": no tables here");
    const std::string line = path_text(path) + " = " + to_toml(value);
    std::string text = document.bytes;
    for (const DocumentEntry& entry : document.entries) {
      if (entry.path != path) continue;
      std::size_t begin = 0;
      for (std::uint32_t row = 1; row < entry.line; ++row) begin = text.find('\n', begin) + 1;
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      return text.replace(begin, end - begin, line);
    }
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    return text + line + '\n';
  }
};

}  // namespace mino::fakes
