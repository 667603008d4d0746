#pragma once

#include <string_view>

namespace mino {

/// In a session's runtime directory: the id of its container, written by the engine as soon as
/// there is one. It is there even when the owner was killed before it could put the id into the
/// record.
inline constexpr std::string_view kContainerIdFileName = "cid";

}  // namespace mino
