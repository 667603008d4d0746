#include "domain/cache/cache_state.hpp"

#include <string>

namespace mino {

Result<CacheState> after(CacheState state, CacheEvent event) {
  const bool known = state != CacheState::kMiss;
  switch (event) {
    case CacheEvent::kMade:
      if (!known) return CacheState::kBuilding;
      return Error(ErrorCode::kInternal,
                   "a cache that is " + std::string(to_string(state)) + " cannot be made");
    case CacheEvent::kFinished:
      if (known) return CacheState::kComplete;
      return Error(ErrorCode::kInternal, "a cache without a volume cannot be finished");
    case CacheEvent::kVanished:
      break;
  }
  return CacheState::kMiss;
}

std::string_view to_string(CacheState state) {
  switch (state) {
    case CacheState::kMiss:
      return "miss";
    case CacheState::kBuilding:
      return "building";
    case CacheState::kComplete:
      break;
  }
  return "complete";
}

std::optional<CacheState> parse_cache_state(std::string_view text) {
  for (const CacheState state : {CacheState::kMiss, CacheState::kBuilding, CacheState::kComplete}) {
    if (to_string(state) == text) return state;
  }
  return std::nullopt;
}

}  // namespace mino
