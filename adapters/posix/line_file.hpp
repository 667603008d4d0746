#pragma once

#include "adapters/posix/unique_fd.hpp"

#include <filesystem>
#include <string_view>

namespace mino::posix {

/// A text file (0600) that is written line by line, from the start. What cannot be written is left
/// out: whoever writes a log has more important things to fail for.
class LineFile {
 public:
  explicit LineFile(const std::filesystem::path& path);
  void add(std::string_view line);

 private:
  UniqueFd file_;
};

}  // namespace mino::posix
