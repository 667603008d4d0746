#include "domain/layer/manifest_values.hpp"

#include <algorithm>

#include "domain/config/value.hpp"
#include "domain/run/mount.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(
      text, [others](char c) { return is_alphanumeric(c) || others.find(c) != others.npos; });
}

constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestText = 4096;

}  // namespace

std::optional<std::string> fault_of_package(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return "is no name of a package";
  if (!is_alphanumeric(name.front())) return "does not begin with a letter or digit";
  if (!consists_of(name, ".+_-")) return "may hold letters, digits and . + _ - only";
  if (name.back() == '-') return "ends in a dash, which a package manager reads as \"remove it\"";
  return std::nullopt;
}

std::optional<std::string> fault_of_tool(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return "is no name of a package";
  const bool scoped = name.front() == '@';
  const std::string_view rest = scoped ? name.substr(1) : name;
  if (rest.empty() || !is_alphanumeric(rest.front()))
    return "does not begin with a letter or digit";
  if (!consists_of(rest, ".+_-@=/[],~^")) return "may hold letters, digits and . + _ - @ = only";
  if (std::ranges::count(rest, '/') != (scoped ? 1 : 0)) return "is a path, not a package";
  if (rest.find("..") != rest.npos || rest.back() == '/') return "is a path, not a package";
  return std::nullopt;
}

std::optional<std::string> fault_of_version(std::string_view text) {
  if (text.empty() || text.size() > kLongestName) return "is no version";
  if (!is_alphanumeric(text.front()) || !consists_of(text, ".+_-"))
    return "may hold letters, digits and . + _ - only, the first a letter or digit";
  return std::nullopt;
}

std::optional<std::string> fault_of_variable(std::string_view name) {
  if (!is_environment_name(name) || name.size() > kLongestName)
    return "is no name of an environment variable";
  if (name == "PATH") return "is not set here: name directories in [env.path_prepend] dirs";
  if (name.starts_with("MINO_")) return "is one of mino's own variables";
  return std::nullopt;
}

std::optional<std::string> fault_of_text(std::string_view text) {
  if (text.size() > kLongestText) return "is longer than 4096 bytes";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return "is not UTF-8";
    const std::string_view character = text.substr(0, length);
    if (is_control(character) && character != "\t") return "holds a control character";
    text.remove_prefix(length);
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_directory(std::string_view path) {
  if (!path.starts_with('/')) return "is not an absolute path";
  if (path.find(':') != path.npos) return "holds a colon, which PATH cannot";
  if (!check_mountable(path).ok()) return "holds a control character";
  if (path.size() > kLongestText) return "is longer than 4096 bytes";
  if (normalize_path(path) != path) return "is not written plainly, without //, . and ..";
  return std::nullopt;
}

std::optional<std::string> fault_of_cache_path(std::string_view path) {
  if (auto fault = fault_of_directory(path)) return fault;
  if (!is_within(path, "/cache") || path == "/cache") return "does not lie below /cache";
  return std::nullopt;
}

}  // namespace mino
