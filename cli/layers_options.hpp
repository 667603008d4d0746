#pragma once

#include "cli/box_options.hpp"
#include "cli/command.hpp"
#include "cli/list_options.hpp"

/// Rows of the command table for `mino layers`.
namespace mino::cli::table {

inline constexpr auto kJson = OptionSpec{.name = "json", .help = "Print JSON"};
inline constexpr auto kLayersProject = OptionSpec{.name = "project",
                                                  .short_name = 'p',
                                                  .value_name = "DIR",
                                                  .help =
                                                      "Project whose layers and .mino.toml count "
                                                      "[default: the current directory]",
                                                  .completion = Completion::kDirectory};
inline constexpr auto kLayersListOptions = joined(kListFormatOptions, list(kLayersProject));
inline constexpr auto kLayersShowPositionals = list(PositionalSpec{
    .name = "NAME", .arity = Arity::kOneOrMore, .help = "Layers, or base for the base image"});
inline constexpr auto kLayersShowOptions =
    list(OptionSpec{.name = "containerfile", .help = "Print how an image of them is built instead"},
         kJson, kLayersProject);
inline constexpr auto kLayersBuildPositionals =
    list(PositionalSpec{.name = "NAME",
                        .arity = Arity::kAny,
                        .help = "Layers, or base for the base image [default: those configured]"});
inline constexpr auto kBaseTools = list<Words>("full", "minimal");
inline constexpr auto kLayersBuildOptions = list(
    OptionSpec{.name = "force", .help = "Build also when the image is there"},
    OptionSpec{.name = "pull", .help = "Look for a newer image to build on first"},
    OptionSpec{.name = "from",
               .value_name = "IMAGE",
               .help = "For base: the distribution's image to build on, a Fedora, Debian or Ubuntu",
               .completion = Completion::kImage},
    OptionSpec{.name = "tools",
               .value_name = "SET",
               .help = "For base: all tools, or only what mino's own parts need [default: full]",
               .choices = kBaseTools},
    kLayersProject);
inline constexpr auto kLayersNewPositionals =
    list(PositionalSpec{.name = "NAME", .help = "Name of the layer"});
inline constexpr auto kLayersNewOptions = list(OptionSpec{
    .name = "project", .help = "Write it to the project's .mino/layers instead of your own"});
inline constexpr auto kLayersExamples =
    list(ExampleSpec{"mino layers", "What there is, and where from"},
         ExampleSpec{"mino layers build base --from docker.io/library/debian:12",
                     "Make the image that layers are built on"},
         ExampleSpec{"mino run --layers rust,python -- claude", "A box with both"},
         ExampleSpec{"mino layers new go", "Write a layer of your own"});

}  // namespace mino::cli::table
