#pragma once

#include <cstdint>
#include <string_view>

#include "domain/result.hpp"
#include "ports/json_codec.hpp"

namespace mino::linux {

/// The process that an OCI runtime has made for a container, out of the state that it gives its
/// hooks on stdin (OCI runtime specification, "State"). A state that names none, or more than one,
/// is corrupt.
[[nodiscard]] Result<std::int64_t> container_process(std::string_view state, const JsonCodec& json);

}  // namespace mino::linux
