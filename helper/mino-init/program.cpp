#include "helper/mino-init/program.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "helper/mino-init/allocated.hpp"
#include "helper/mino-init/descriptor.hpp"
#include "helper/mino-init/environment.hpp"

namespace mino::init {

namespace {

constexpr std::size_t kLooksLikeText =
    256;  // bytes read before a file without a magic number is taken for a script

/// The places where a name may be, one after the other: the name itself if it has a slash, else
/// every entry of PATH.
class Places {
 public:
  Places(const char* name, char* const* environment) : name_(name) {
    if (std::strchr(name, '/') != nullptr) {
      direct_ = name;
    } else if (*name != '\0') {
      rest_ = value_of(environment, "PATH");
      if (rest_ == nullptr) rest_ = kDefaultPath;
    }
  }

  /// Null when there is none left. Valid until the next call.
  const char* next() {
    if (direct_ != nullptr) return std::exchange(direct_, nullptr);
    while (rest_ != nullptr) {
      const char* const entry = rest_;
      const std::size_t length = std::strcspn(entry, ":");
      rest_ = entry[length] == ':' ? entry + length + 1 : nullptr;
      if (join(entry, length)) return path_;
    }
    return nullptr;
  }

 private:
  bool join(const char* directory, std::size_t length) {
    if (length == 0) {  // an empty entry is the working directory
      directory = ".";
      length = 1;
    }
    const std::size_t name_length = std::strlen(name_);
    if (length + name_length + 2 > sizeof path_) return false;
    std::memcpy(path_, directory, length);
    path_[length] = '/';
    std::memcpy(path_ + length + 1, name_, name_length + 1);
    return true;
  }

  const char* name_;
  const char* direct_ = nullptr;
  const char* rest_ = nullptr;
  char path_[PATH_MAX];
};

// A program of another processor has no meaning for a shell, only a script does.
bool is_text(const char* path) {
  const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return false;
  char head[kLooksLikeText];
  const ssize_t length = ::read(file.get(), head, sizeof head);
  return length >= 0 && std::memchr(head, '\0', static_cast<std::size_t>(length)) == nullptr;
}

int execute_by_shell(const char* path, char* const* arguments, char* const* environment) {
  std::size_t count = 0;
  while (arguments[count] != nullptr) ++count;
  const auto shell_arguments = allocate<char*>(count + 2);
  if (!shell_arguments) return ENOMEM;
  static char shell[] = "/bin/sh";
  shell_arguments[0] = shell;
  shell_arguments[1] = const_cast<char*>(path);  // execve takes char* and changes nothing
  for (std::size_t i = 1; i < count; ++i) shell_arguments[i + 1] = arguments[i];
  ::execve(shell, shell_arguments.get(), environment);
  return ENOEXEC;
}

int execute_file(const char* path, char* const* arguments, char* const* environment) {
  ::execve(path, arguments, environment);
  const int error = errno;
  return error == ENOEXEC && is_text(path) ? execute_by_shell(path, arguments, environment) : error;
}

bool is_absence(int error) { return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG; }

}  // namespace

int execute(char* const* arguments, char* const* environment) {
  if (std::strchr(arguments[0], '/') != nullptr)
    return execute_file(arguments[0], arguments, environment);
  Places places(arguments[0], environment);
  int result = ENOENT;
  while (const char* path = places.next()) {
    const int error = execute_file(path, arguments, environment);
    if (error == EACCES) {
      // A directory that may not be searched hides whether the file is there, which is not the same
      // as finding it.
      if (::access(path, F_OK) == 0) result = EACCES;
    } else if (!is_absence(error)) {
      return error;
    }
  }
  return result;
}

std::size_t choose(char* const* candidates, char* const* environment, int& error) {
  error = ENOENT;
  std::size_t at = 0;
  for (; candidates[at] != nullptr; ++at) {
    Places places(candidates[at], environment);
    while (const char* path = places.next()) {
      struct stat status {};
      if (::stat(path, &status) != 0) continue;
      if (S_ISREG(status.st_mode) && ::access(path, X_OK) == 0) return at;
      error = EACCES;
    }
  }
  return at;
}

}  // namespace mino::init
