#pragma once

#include <string_view>
#include <vector>

#include "ports/json_codec.hpp"

namespace mino::linux {

/// An OCI createRuntime hook (OCI runtime specification, "POSIX-platform Hooks"): reads the
/// container's state from stdin and gives its network namespace the rules of a box, from outside.
/// `words` are "oci-hook", then "gateway" and the path of the owner's socket, or "filter", that
/// path and the rules' file. 0 when the owner has taken the report (helper/protocol/hook.hpp);
/// anything else means no box.
[[nodiscard]] int hook_main(const std::vector<std::string_view>& words, const JsonCodec& json);

}  // namespace mino::linux
