#pragma once

#include "cli/io.hpp"
#include "domain/error.hpp"

#include <string>
#include <string_view>

namespace mino::cli {

/// `error: <text>` and, when there is one, `hint: <hint>`, to io.err.
void print_error(const Error& error, Io& io);
/// `warning: <text>` and, when not empty, `hint: <hint>`, to io.err.
void print_warning(std::string_view text, std::string_view hint, Io& io);

}  // namespace mino::cli
