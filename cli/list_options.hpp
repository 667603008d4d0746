#pragma once

#include "cli/box_options.hpp"
#include "cli/command.hpp"

/// The options of commands that list.
namespace mino::cli::table {

inline constexpr auto kListFormats = list<Words>("table", "json", "plain");
inline constexpr auto kListFormat = list<Words>("format");
inline constexpr auto kListFormatOptions = list(
    OptionSpec{.name = "format",
               .short_name = 'f',
               .value_name = "FORMAT",
               .help = "How to print [default: table]",
               .choices = kListFormats},
    OptionSpec{.name = "json", .help = "Same as --format json", .conflicts_with = kListFormat});

}  // namespace mino::cli::table
