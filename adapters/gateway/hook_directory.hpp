#pragma once

#include <string>
#include <vector>

#include "domain/json_value.hpp"

namespace mino::gateway {

/// In the session's runtime directory; podman takes every file of it that ends in .json.
inline constexpr char kHookDirectory[] = "hooks";
inline constexpr char kHookFile[] = "mino.json";

/// An OCI hook configuration (oci-hooks(5)): `argv` is started outside the box, as root of podman's
/// user namespace, once the box has its namespaces and before anything runs in it. A hook that
/// fails or takes longer than ten seconds means no box.
[[nodiscard]] JsonValue hook_configuration(const std::vector<std::string>& argv);

}  // namespace mino::gateway
