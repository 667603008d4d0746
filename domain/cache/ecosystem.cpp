#include "domain/cache/ecosystem.hpp"

#include <algorithm>
#include <array>

namespace mino {
namespace {

using Words = std::string_view;

constexpr std::array<Words, 2> kNpmFiles = {"package-lock.json", "npm-shrinkwrap.json"};
constexpr std::array<Words, 1> kYarnFiles = {"yarn.lock"};
constexpr std::array<Words, 1> kPnpmFiles = {"pnpm-lock.yaml"};
constexpr std::array<Words, 1> kCargoFiles = {"Cargo.lock"};
constexpr std::array<Words, 2> kPipFiles = {"requirements.txt", "Pipfile.lock"};
constexpr std::array<Words, 1> kPoetryFiles = {"poetry.lock"};
constexpr std::array<Words, 1> kUvFiles = {"uv.lock"};
constexpr std::array<Words, 1> kGoFiles = {"go.sum"};

constexpr CacheVariable kNpmCache{"npm_config_cache", "/cache/npm"};
constexpr CacheVariable kPipCache{"PIP_CACHE_DIR", "/cache/pip"};

constexpr std::array kNpmVariables = {kNpmCache};
constexpr std::array kYarnVariables = {CacheVariable{"YARN_CACHE_FOLDER", "/cache/yarn"},
                                       kNpmCache};
constexpr std::array kPnpmVariables = {CacheVariable{"PNPM_HOME", "/cache/pnpm"}, kNpmCache};
constexpr std::array kCargoVariables = {CacheVariable{"CARGO_HOME", "/cache/cargo"},
                                        CacheVariable{"SCCACHE_DIR", "/cache/sccache"}};
constexpr std::array kPipVariables = {kPipCache};
constexpr std::array kPoetryVariables = {CacheVariable{"POETRY_CACHE_DIR", "/cache/poetry"},
                                         kPipCache};
constexpr std::array kUvVariables = {CacheVariable{"UV_CACHE_DIR", "/cache/uv"}};
constexpr std::array kGoVariables = {CacheVariable{"GOMODCACHE", "/cache/go/mod"},
                                     CacheVariable{"GOCACHE", "/cache/go/build"}};

constexpr std::array kEcosystems = {
    Ecosystem{"npm", kNpmFiles, "/cache/npm", kNpmVariables},
    Ecosystem{"yarn", kYarnFiles, "/cache/yarn", kYarnVariables},
    Ecosystem{"pnpm", kPnpmFiles, "/cache/pnpm", kPnpmVariables},
    Ecosystem{"cargo", kCargoFiles, "/cache/cargo", kCargoVariables},
    Ecosystem{"pip", kPipFiles, "/cache/pip", kPipVariables},
    Ecosystem{"poetry", kPoetryFiles, "/cache/poetry", kPoetryVariables},
    Ecosystem{"uv", kUvFiles, "/cache/uv", kUvVariables},
    Ecosystem{"go", kGoFiles, "/cache/go", kGoVariables},
};

constexpr std::array<Words, 10> kDirectories = {"cargo",  "go",      "npm", "pip", "pnpm",
                                                "poetry", "sccache", "uv",  "xdg", "yarn"};

constexpr std::string_view kCachePrefix = "mino-cache-";
constexpr std::string_view kHomePrefix = "mino-home-";
constexpr std::size_t kSuffixDigits = 8;

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == Words::npos;
}

}  // namespace

std::span<const Ecosystem> ecosystems() { return kEcosystems; }

const Ecosystem* find_ecosystem(std::string_view name) {
  const auto found = std::ranges::find(kEcosystems, name, &Ecosystem::name);
  return found == kEcosystems.end() ? nullptr : &*found;
}

CacheVariable general_cache_variable() { return {"XDG_CACHE_HOME", "/cache/xdg"}; }

std::span<const std::string_view> cache_directories() { return kDirectories; }

std::string to_string(const CacheName& name) {
  std::string text(kCachePrefix);
  text += name.ecosystem + '-' + name.hash;
  if (!name.suffix.empty()) text += '-' + name.suffix;
  return text;
}

std::optional<CacheName> parse_cache_name(std::string_view text) {
  if (!text.starts_with(kCachePrefix)) return std::nullopt;
  text.remove_prefix(kCachePrefix.size());
  const std::size_t dash = text.find('-');
  if (dash == Words::npos) return std::nullopt;
  CacheName name{.ecosystem = std::string(text.substr(0, dash)), .hash = {}, .suffix = {}};
  if (name.ecosystem != kProjectCache && find_ecosystem(name.ecosystem) == nullptr)
    return std::nullopt;
  text.remove_prefix(dash + 1);
  name.hash = text.substr(0, kCacheHashDigits);
  if (!is_hex(name.hash, kCacheHashDigits)) return std::nullopt;
  text.remove_prefix(kCacheHashDigits);
  if (text.empty()) return name;
  if (!text.starts_with('-') || !is_hex(text.substr(1), kSuffixDigits)) return std::nullopt;
  name.suffix = text.substr(1);
  return name;
}

bool is_home_volume_name(std::string_view text) {
  return text.starts_with(kHomePrefix) && is_hex(text.substr(kHomePrefix.size()), kCacheHashDigits);
}

}  // namespace mino
