#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "helper/mino-probe/attempt.hpp"

namespace mino::probe {
namespace {

using Text = const std::string&;

Outcome see(Text path) {
  struct stat info {};
  return of_call(::lstat(path.c_str(), &info));
}

Outcome read_file(Text path) { return of_open(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); }

/// Whether there is anything in it.
Outcome content(Text path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return of_errno(errno);
  char byte = 0;
  const ssize_t got = ::read(file, &byte, 1);
  const int error = errno;
  ::close(file);
  if (got < 0) return of_errno(error);
  return of_search(got == 0 ? "" : "bytes");
}

Outcome write_file(Text path) {
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) ::unlink(path.c_str());
  if (made >= 0 || errno != EEXIST) return of_open(made);
  return of_open(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
}

Outcome make_directory(Text path) {
  Outcome outcome = of_call(::mkdir(path.c_str(), 0700));
  if (outcome.how == "ok") ::rmdir(path.c_str());
  return outcome;
}

Outcome move(Text path) {
  const std::string there = path + ".moved";
  Outcome outcome = of_call(::rename(path.c_str(), there.c_str()));
  if (outcome.how == "ok") static_cast<void>(::rename(there.c_str(), path.c_str()));
  return outcome;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(stream);
  return names;
}

constexpr std::array kHarmlessDevices = {"console", "core", "fd",      "full", "mqueue", "null",
                                         "ptmx",    "pts",  "random",  "shm",  "stderr", "stdin",
                                         "stdout",  "tty",  "urandom", "zero"};

Outcome devices(Text /*argument*/) {
  for (const std::string& name : names_in("/dev")) {
    if (std::ranges::find(kHarmlessDevices, name) == kHarmlessDevices.end())
      return of_search("/dev/" + name);
  }
  return of_search({});
}

/// The first socket below `directory` but `known`; links are not followed.
std::string find_socket(const std::string& directory, Text known, int depth) {
  for (const std::string& name : names_in(directory)) {
    std::string path = directory + "/" + name;
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) continue;
    if (S_ISSOCK(info.st_mode)) {
      if (path == known) continue;
      return path;
    }
    if (!S_ISDIR(info.st_mode) || depth == 0) continue;
    if (std::string found = find_socket(path, known, depth - 1); !found.empty()) return found;
  }
  return {};
}

/// Where programs of the host would serve the box: where programs keep their sockets. The one that
/// is named is meant to be there.
Outcome sockets(Text known) {
  constexpr int kDepth = 6;
  for (const char* place : {"/run", "/var/run", "/tmp", "/var/tmp"}) {
    struct stat info {};
    if (::lstat(place, &info) != 0 || !S_ISDIR(info.st_mode)) continue;
    if (std::string found = find_socket(place, known, kDepth); !found.empty())
      return of_search(std::move(found));
  }
  return of_search({});
}

/// A field of mountinfo with its octal escapes undone.
std::string unescaped(const std::string& field) {
  std::string text;
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (field[at] != '\\' || at + 3 >= field.size()) {
      text += field[at];
      continue;
    }
    text += static_cast<char>(number_in(std::string_view(field).substr(at + 1, 3), 8));
    at += 3;
  }
  return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

constexpr std::array kKernelTypes = {"proc",   "sysfs",  "tmpfs",   "devtmpfs",
                                     "devpts", "mqueue", "cgroup2", "cgroup"};

/// The place of a mount that can be written and shows something of the host, empty for any other.
std::string writable_place(const std::string& line) {
  const std::vector<std::string> fields = split(line, ' ');
  const auto separator = std::ranges::find(fields, "-");
  constexpr std::size_t kRoot = 3;
  constexpr std::size_t kPlace = 4;
  constexpr std::size_t kOptions = 5;
  if (fields.size() <= kOptions || fields.end() - separator < 2) return {};
  const bool is_kernels = std::ranges::find(kKernelTypes, separator[1]) != kKernelTypes.end();
  // Volumes of podman's, which an image may ask for.
  const bool is_volume = fields[kRoot].ends_with("/_data");
  if (is_kernels || is_volume || !fields[kOptions].starts_with("rw")) return {};
  return unescaped(fields[kPlace]);
}

/// Writable mounts at other places than those of the argument, one a line.
Outcome other_mounts(Text argument) {
  const std::vector<std::string> known = split(argument, '\n');
  std::FILE* file = std::fopen("/proc/self/mountinfo", "re");
  if (file == nullptr) return of_errno(errno);
  std::string found;
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t size = 0; (size = ::getline(&line, &room, file)) > 0 && found.empty();) {
    const std::string place = writable_place({line, static_cast<std::size_t>(size - 1)});
    if (!place.empty() && std::ranges::find(known, place) == known.end()) found = place;
  }
  std::free(line);
  static_cast<void>(std::fclose(file));
  std::ranges::replace(found, '\n', '?');
  return of_search(std::move(found));
}

constexpr Attempt kAttempts[] = {
    {"see", see},          {"read", read_file},      {"content", content},
    {"write", write_file}, {"make", make_directory}, {"move", move},
    {"devices", devices},  {"sockets", sockets},     {"other_mounts", other_mounts},
};

}  // namespace

std::span<const Attempt> file_attempts() { return kAttempts; }

}  // namespace mino::probe
