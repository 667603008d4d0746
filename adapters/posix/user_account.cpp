#include "adapters/posix/user_account.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {

UserAccount user_account() {
  UserAccount account;
  account.user_id = ::geteuid();
  account.group_id = ::getegid();
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(account.user_id, &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr) {
    account.name = found->pw_name;
    account.home = found->pw_dir;
  }
  return account;
}

std::optional<std::filesystem::path> default_runtime_directory() {
  const std::filesystem::path directory = "/run/user/" + std::to_string(::geteuid());
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
      status.st_uid != ::geteuid())
    return std::nullopt;
  return directory;
}

Result<std::string> working_directory() {
  std::array<char, PATH_MAX> buffer{};
  if (::getcwd(buffer.data(), buffer.size()) == nullptr) {
    const int error = errno;
    return system_error("reading the current directory", error);
  }
  return std::string(buffer.data());
}

}  // namespace mino::posix
