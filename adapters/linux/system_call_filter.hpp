#pragma once

#include "domain/result.hpp"

namespace mino::linux {

/// Installs the filter of confine_gateway(): what is not on its list ends the process. Needs
/// no_new_privs.
[[nodiscard]] Result<void> filter_gateway_calls();

/// Installs the filter of confine_dialler(): what is on its list fails. Needs no_new_privs.
[[nodiscard]] Result<void> filter_dialler_calls();

}  // namespace mino::linux
