#pragma once

#include <string>
#include <vector>

#include "domain/config/document.hpp"
#include "domain/config/value.hpp"
#include "domain/result.hpp"

namespace mino {

/// Changes the text of configuration files without rewriting it. Pure, thread-safe.
class ConfigEditor {
 public:
  ConfigEditor() = default;
  ConfigEditor(const ConfigEditor&) = delete;
  ConfigEditor& operator=(const ConfigEditor&) = delete;
  virtual ~ConfigEditor() = default;

  /// The text of `document` with the value at `path` set to `value`, and nothing else changed:
  /// comments, order, quoting, line ends and the byte order mark stay. A missing key goes to the
  /// end of its table, a missing table to the end of the file. A value that is there already leaves
  /// the text as it is. kConfig when the text cannot be changed so; the result is always one that
  /// says exactly what was asked for.
  [[nodiscard]] virtual Result<std::string> set(const ConfigDocument& document,
                                                const std::vector<std::string>& path,
                                                const ConfigValue& value) const = 0;
};

}  // namespace mino
