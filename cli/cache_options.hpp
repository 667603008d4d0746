#pragma once

#include "cli/box_options.hpp"
#include "cli/list_options.hpp"

/// Rows of the command table for `mino cache`.
namespace mino::cli::table {

inline constexpr auto kCacheListOptions = kListFormatOptions;
inline constexpr auto kCacheInfoOptions =
    joined(list(OptionSpec{.name = "project",
                           .short_name = 'p',
                           .value_name = "DIR",
                           .help = "Project directory [default: the current one]",
                           .completion = Completion::kDirectory}),
           kCacheListOptions);
inline constexpr auto kCacheGcOptions =
    list(OptionSpec{.name = "days",
                    .value_name = "N",
                    .help = "Remove caches that were not used for N days; 0 keeps them [default: "
                            "cache.gc_days]",
                    .kind = ValueKind::kUnsigned32},
         OptionSpec{.name = "dry-run", .help = "Print what would be removed; remove nothing"},
         OptionSpec{.name = "auto", .help = "Only when a day has passed", .hidden = true});
inline constexpr auto kCacheTargets = list<Words>("volumes", "home", "images");
inline constexpr auto kCacheClearOptions = list(
    OptionSpec{.name = "volumes", .help = "The caches of package managers"},
    OptionSpec{.name = "home", .help = "The home volumes of all projects"},
    OptionSpec{.name = "images", .help = "Composed images and base images that were built here"},
    OptionSpec{.name = "all", .help = "All of these", .conflicts_with = kCacheTargets},
    OptionSpec{.name = "yes", .short_name = 'y', .help = "Remove without asking"});
inline constexpr auto kCacheExamples =
    list(ExampleSpec{"mino cache", "All caches with size and last use"},
         ExampleSpec{"mino cache info", "Those of this project"},
         ExampleSpec{"mino cache gc --days 7", "Remove what was not used for a week"});
inline constexpr auto kCacheClearExamples =
    list(ExampleSpec{"mino cache clear --volumes", "Start again with empty caches"},
         ExampleSpec{"mino cache clear --home -y", "Drop the homes of all projects, unasked"});

}  // namespace mino::cli::table
