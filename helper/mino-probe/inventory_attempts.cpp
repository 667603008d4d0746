#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "helper/mino-probe/attempt.hpp"

namespace mino::probe {
namespace {

using Text = const std::string&;

/// A field of /proc/self/status.
Outcome status(Text field) {
  std::FILE* file = std::fopen("/proc/self/status", "re");
  if (file == nullptr) return of_errno(errno);
  std::string value;
  char* line = nullptr;
  std::size_t room = 0;
  while (value.empty() && ::getline(&line, &room, file) > 0) {
    const std::string_view text = line;
    if (text.starts_with(field + ":\t"))
      value = text.substr(field.size() + 2, text.size() - field.size() - 3);
  }
  std::free(line);
  static_cast<void>(std::fclose(file));
  return value.empty() ? Outcome{"none", {}} : fact(std::move(value));
}

/// Open descriptors beyond the standard streams that came from whoever started this program: those
/// that it opens itself are closed on exec.
Outcome descriptors(Text /*argument*/) {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return of_errno(errno);
  std::string found;
  while (const dirent* entry = ::readdir(directory)) {
    const int number = number_in(entry->d_name);
    if (entry->d_name[0] == '.' || number <= STDERR_FILENO) continue;
    if ((::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0) continue;
    found += (found.empty() ? "" : " ") + std::to_string(number);
  }
  ::closedir(directory);
  return of_search(std::move(found));
}

/// FNV-1a of 64 bits: says whether a value is a known one, and not what an unknown one is.
std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

bool is_known(std::string_view names, std::string_view name) {
  const std::string whole = "\n" + std::string(names) + "\n";
  return whole.find("\n" + std::string(name) + "\n") != std::string::npos;
}

bool is_plain(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// `NAME:FINGERPRINT` of each variable whose name is not in the argument, one a line there.
Outcome variables(Text known) {
  std::string found;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view text = *each;
    const std::string_view name = text.substr(0, text.find('='));
    if (name.size() == text.size() || !is_plain(name) || is_known(known, name)) continue;
    char digits[17];
    static_cast<void>(
        std::snprintf(digits, sizeof digits, "%016llx",
                      static_cast<unsigned long long>(fingerprint(text.substr(name.size() + 1)))));
    found += (found.empty() ? "" : " ") + std::string(name) + ":" + digits;
  }
  return of_search(std::move(found));
}

constexpr Attempt kAttempts[] = {
    {"status", status},
    {"descriptors", descriptors},
    {"variables", variables},
};

}  // namespace

std::span<const Attempt> inventory_attempts() { return kAttempts; }

}  // namespace mino::probe
