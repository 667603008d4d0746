#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "domain/result.hpp"

namespace mino::posix {

/// Who runs mino.
struct UserAccount {
  std::uint32_t user_id = 0;   ///< effective
  std::uint32_t group_id = 0;  ///< effective
  std::string name;            ///< empty when the account database does not know the user
  std::filesystem::path home;  ///< of the account database; empty when unknown
};

/// Reads the account database only for the fields that the process does not know of itself.
[[nodiscard]] UserAccount user_account();

/// /run/user/UID when it is there and the user's own, for a shell that was started without
/// XDG_RUNTIME_DIR.
[[nodiscard]] std::optional<std::filesystem::path> default_runtime_directory();

/// The current directory without links. kNotFound when it was removed.
[[nodiscard]] Result<std::string> working_directory();

}  // namespace mino::posix
