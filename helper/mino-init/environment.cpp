#include "helper/mino-init/environment.hpp"

#include <cstring>

#include "helper/mino-init/description.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::init {

namespace {

bool same_name(const char* left, const char* right) {
  const std::size_t length = std::strcspn(left, "=");
  return std::strncmp(left, right, length) == 0 && right[length] == '=';
}

}  // namespace

Allocated<char*> overlay(char* const* base, char* strings, std::size_t count) {
  std::size_t used = 0;
  while (base[used] != nullptr) ++used;
  auto result = allocate<char*>(used + count + 1);
  if (!result) return result;
  std::memcpy(result.get(), base, used * sizeof(char*));
  for_each_string(strings, count, [&](char* string) {
    std::size_t at = 0;
    while (at < used && !same_name(string, result[at])) ++at;
    result[at] = string;
    if (at == used) ++used;
  });
  return result;
}

Allocated<char> prepended_path(char* const* environment) {
  const char* directories = value_of(environment, lifeline::kPathPrependVariable);
  if (directories == nullptr || *directories == '\0') return nullptr;
  const char* path = value_of(environment, "PATH");
  if (path == nullptr) path = kDefaultPath;
  constexpr std::size_t kNameBytes = sizeof "PATH=" - 1;
  const std::size_t front = std::strlen(directories);
  const std::size_t back = std::strlen(path);
  auto result = allocate<char>(kNameBytes + front + 1 + back + 1);
  if (!result) return result;
  std::memcpy(result.get(), "PATH=", kNameBytes);
  std::memcpy(result.get() + kNameBytes, directories, front);
  result[kNameBytes + front] = ':';
  std::memcpy(result.get() + kNameBytes + front + 1, path, back);
  return result;
}

const char* value_of(char* const* environment, const char* name) {
  const std::size_t length = std::strlen(name);
  for (; *environment != nullptr; ++environment) {
    if (std::strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
      return *environment + length + 1;
  }
  return nullptr;
}

}  // namespace mino::init
