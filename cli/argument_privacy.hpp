#pragma once

#include <span>
#include <string>
#include <vector>

namespace mino::cli {

/// Overwrites the values of `settings` ("NAME=VALUE", as given to an option) where the process's
/// own arguments hold them: a command line is everybody's to read for as long as its process lives.
/// What follows `--` is left alone.
void blank_values(std::span<char*> arguments, const std::vector<std::string>& settings);

}  // namespace mino::cli
