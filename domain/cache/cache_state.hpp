#pragma once

#include <optional>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// How far a cache is.
enum class CacheState {
  kMiss,      ///< its volume is not known to be there
  kBuilding,  ///< there, and no session that used it has ended well yet
  kComplete,  ///< a session that used it has ended with exit code 0
};

/// What happens to a cache.
enum class CacheEvent {
  kMade,      ///< its volume was made, or found to be there
  kFinished,  ///< a session that used it ended with exit code 0
  kVanished,  ///< its volume is gone
};

/// The state after the event. kInternal for one that cannot happen in that state: a volume that is
/// known is not made, and one that is not known is not finished.
[[nodiscard]] Result<CacheState> after(CacheState state, CacheEvent event);

/// "miss", "building", "complete".
[[nodiscard]] std::string_view to_string(CacheState state);
[[nodiscard]] std::optional<CacheState> parse_cache_state(std::string_view text);

}  // namespace mino
