#pragma once

#include "adapters/podman/podman_environment.hpp"
#include "domain/result.hpp"
#include "ports/notices.hpp"

#include <string>

namespace mino::podman {

/// Runs `podman pull`, what it says shown line by line as progress. It stays in the caller's
/// process group, so that Ctrl-C ends it with mino. Blocks until the image is here; kNotFound: no
/// such image.
[[nodiscard]] Result<void> pull_image(const std::string& podman, const Variables& variables,
                                      const std::string& reference, Notices& notices);

}  // namespace mino::podman
