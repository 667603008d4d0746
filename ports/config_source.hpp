#pragma once

#include <cstddef>
#include <string>

#include "domain/config/document.hpp"
#include "domain/result.hpp"

namespace mino {

/// The syntax of configuration files. Pure, thread-safe.
class ConfigSource {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;

  ConfigSource() = default;
  ConfigSource(const ConfigSource&) = delete;
  ConfigSource& operator=(const ConfigSource&) = delete;
  virtual ~ConfigSource() = default;

  /// Reads the syntax of `bytes` and keeps the bytes in the result. `file` is what messages call
  /// it. Accepts a byte order mark and either kind of line end. kConfig, "<file>:<line>:<column>:
  /// <what>", when the syntax is wrong, the text is longer than kMaxBytes, or it nests deeper or
  /// holds more than a configuration does.
  [[nodiscard]] virtual Result<ConfigDocument> parse(std::string file, std::string bytes) const = 0;
};

}  // namespace mino
