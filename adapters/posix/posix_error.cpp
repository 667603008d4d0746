#include "adapters/posix/posix_error.hpp"

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <utility>

namespace mino::posix {
namespace {

std::string reason_of(int error_number) {
  std::string reason = std::generic_category().message(error_number);
  // glibc's texts start with a capital letter; ours do not, but for those that start with an
  // acronym ("RPC struct …").
  if (reason.size() > 1 && reason[0] >= 'A' && reason[0] <= 'Z' && reason[1] >= 'a' &&
      reason[1] <= 'z') {
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  }
  return reason;
}

/// The command that shows what is wrong with a path.
std::string hint_for(const std::filesystem::path& path, int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return fmt::format("namei -l {} shows what stands in the way", path.native());
    case ENOSPC:
    case EDQUOT:
      return fmt::format("df -h {} shows what is left", path.parent_path().native());
    default:
      return {};
  }
}

}  // namespace

ErrorCode error_code_of(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::kPermission;
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
      return ErrorCode::kNotFound;
    case EEXIST:
      return ErrorCode::kAlreadyExists;
    case ETIMEDOUT:
      return ErrorCode::kTimeout;
    default:
      return ErrorCode::kInternal;
  }
}

Error system_error(std::string_view action, int error_number) {
  Error error(error_code_of(error_number), fmt::format("{}: {}", action, reason_of(error_number)));
  error.set_errno(error_number);
  return error;
}

Error file_error(std::string_view action, const std::filesystem::path& path, int error_number) {
  Error error = system_error(fmt::format("{} {}", action, path.native()), error_number);
  if (std::string hint = hint_for(path, error_number); !hint.empty())
    error.set_hint(std::move(hint));
  return error;
}

}  // namespace mino::posix
