#include "domain/config/origin.hpp"

namespace mino {

std::string to_string(const Origin& origin) {
  switch (origin.kind) {
    case OriginKind::kDefault:
      return "default";
    case OriginKind::kGlobalFile:
    case OriginKind::kProjectFile:
      return location(origin);
    case OriginKind::kEnvironment:
      return "environment " + origin.name;
    case OriginKind::kFlag:
      return "flag " + origin.name;
  }
  return {};
}

std::string location(const Origin& origin) {
  if (origin.line == 0) return origin.name;
  return origin.name + ":" + std::to_string(origin.line) + ":" + std::to_string(origin.column);
}

}  // namespace mino
