#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mino {

// Dependency caches: what of a project names one, what its volume is called, and where a box sees
// it.

/// Where a box sees its caches: the volume of the project, and below it those of lockfiles.
inline constexpr std::string_view kCacheRoot = "/cache";
/// Stands for an ecosystem in the names and records of project volumes.
inline constexpr std::string_view kProjectCache = "project";

/// A variable that leads a program to its cache.
struct CacheVariable {
  std::string_view name;
  std::string_view value;
};

/// A package manager.
struct Ecosystem {
  std::string_view name;
  std::span<const std::string_view> lockfiles;  ///< in the project's root; the first one counts
  std::string_view directory;                   ///< where the volume is mounted
  std::span<const CacheVariable> variables;
};

/// All of them, in the order in which they are looked for.
[[nodiscard]] std::span<const Ecosystem> ecosystems();
/// Null when there is none of that name.
[[nodiscard]] const Ecosystem* find_ecosystem(std::string_view name);
/// Set beside those of the ecosystems as soon as there is one.
[[nodiscard]] CacheVariable general_cache_variable();

/// The directories directly below kCacheRoot that the variables name, by their names there. A
/// project's volume has them from the start: a mount point that the OCI runtime makes would belong
/// to its own user and could not be written when nothing is mounted there any more.
[[nodiscard]] std::span<const std::string_view> cache_directories();

inline constexpr std::size_t kCacheHashDigits = 12;

/// The name of a cache's volume, taken apart.
struct CacheName {
  std::string ecosystem;  ///< or kProjectCache
  std::string hash;       ///< kCacheHashDigits hexadecimal digits
  std::string suffix;     ///< empty, or eight hexadecimal digits of a later generation
  bool operator==(const CacheName&) const = default;
};

/// `mino-cache-<ecosystem>-<hash>[-<suffix>]`.
[[nodiscard]] std::string to_string(const CacheName& name);
/// Nothing for a name that to_string() cannot have made.
[[nodiscard]] std::optional<CacheName> parse_cache_name(std::string_view text);

/// Whether a volume of that name can be a project's home: `mino-home-` and twelve hexadecimal
/// digits.
[[nodiscard]] bool is_home_volume_name(std::string_view text);

}  // namespace mino
