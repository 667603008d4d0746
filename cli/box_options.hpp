#pragma once

#include "cli/command.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

/// Rows of the command table that more than one command has, and what the table is written with.
namespace mino::cli::table {

template <std::size_t A, std::size_t B>
consteval std::array<OptionSpec, A + B> joined(const std::array<OptionSpec, A>& first,
                                               const std::array<OptionSpec, B>& second) {
  std::array<OptionSpec, A + B> all{};
  std::copy(first.begin(), first.end(), all.begin());
  std::copy(second.begin(), second.end(), all.begin() + A);
  return all;
}

/// The rows of those names, in that order.
template <std::size_t N, typename... Names>
consteval auto picked(const std::array<OptionSpec, N>& all, Names... names) {
  const auto row = [&all](std::string_view name) {
    return *std::find_if(all.begin(), all.end(),
                         [name](const OptionSpec& option) { return option.name == name; });
  };
  return std::array<OptionSpec, sizeof...(Names)>{row(names)...};
}

template <typename T, typename... Rest>
consteval auto list(T first, Rest... rest) {
  return std::array<T, 1 + sizeof...(Rest)>{first, rest...};
}

using Words = std::string_view;

inline constexpr auto kNetworkModes = list<Words>("bridge", "host", "none");
inline constexpr auto kNetworkPresets = list<Words>("dev", "registries");
inline constexpr auto kProtectLevels = list<Words>("strict", "git", "off");
inline constexpr auto kNetworkEngines = list<Words>("auto", "gateway", "iptables");
inline constexpr auto kNetworkAllow = list<Words>("network-allow");
inline constexpr auto kImageOnly = list<Words>("image");
inline constexpr auto kKeep = list<Words>("keep");
inline constexpr auto kCacheFresh = list<Words>("cache-fresh");
inline constexpr auto kBoxOptions = list(
    OptionSpec{.name = "name",
               .short_name = 'n',
               .value_name = "NAME",
               .help = "Name of the session [default: a random one]"},
    OptionSpec{
        .name = "project",
        .short_name = 'p',
        .value_name = "DIR",
        .help = "Project directory, the only one the agent can write to [default: the current one]",
        .completion = Completion::kDirectory},
    OptionSpec{.name = "image",
               .value_name = "IMAGE",
               .help = "Container image, or \"host\" for the programs of this machine, read-only "
                       "and without an image",
               .completion = Completion::kImage},
    OptionSpec{
        .name = "layers",
        .value_name = "NAMES",
        .help = "Layers on the base image instead of an image, by commas; see \"mino layers\"",
        .repeatable = true,
        .conflicts_with = kImageOnly},
    OptionSpec{.name = "entrypoint",
               .value_name = "PROGRAM",
               .help = "Replace the image's entrypoint; empty (--entrypoint=) for none",
               .may_be_empty = true},
    OptionSpec{.name = "env",
               .short_name = 'e',
               .value_name = "KEY[=VALUE]",
               .help = "Set a variable in the box; KEY alone takes the value from here",
               .repeatable = true},
    OptionSpec{.name = "volume",
               .value_name = "HOST:BOX[:ro]",
               .help = "Mount a file or directory; options ro, rw, z, Z",
               .repeatable = true,
               .completion = Completion::kFile},
    OptionSpec{.name = "host-path",
               .value_name = "DIR",
               .help = "With --image host: also show this directory to the agent, read-only",
               .repeatable = true,
               .completion = Completion::kDirectory},
    OptionSpec{.name = "detach",
               .short_name = 'd',
               .help = "Run in the background and print the session's name"},
    OptionSpec{
        .name = "tty",
        .short_name = 't',
        .help = "Give the agent a terminal, or none [default: when stdin and stdout are terminals]",
        .negatable = true},
    OptionSpec{.name = "network",
               .value_name = "MODE",
               .help = "Network of the box",
               .choices = kNetworkModes},
    OptionSpec{.name = "network-allow",
               .value_name = "RULES",
               .help = "The only destinations the box may reach, by commas: HOST:PORT, "
                       "*.DOMAIN:PORT, HOST:*, ADDRESS:PORT, BLOCK/LENGTH:PORT",
               .repeatable = true},
    OptionSpec{.name = "network-preset",
               .value_name = "PRESET",
               .help = "A ready-made list of destinations in place of --network-allow",
               .choices = kNetworkPresets,
               .conflicts_with = kNetworkAllow},
    OptionSpec{.name = "network-allow-private",
               .help = "Let allowed names resolve to addresses of private networks"},
    OptionSpec{.name = "network-engine",
               .value_name = "ENGINE",
               .help = "What enforces the list of destinations [default: auto]",
               .choices = kNetworkEngines},
    OptionSpec{.name = "protect",
               .value_name = "LEVEL",
               .help =
                   "Keep project files that later run on the host read-only: all that are known "
                   "(strict), those of git, or none [default: strict]",
               .choices = kProtectLevels},
    OptionSpec{.name = "read-only", .help = "Make the box's root file system read-only"},
    OptionSpec{.name = "no-home", .help = "Use a fresh home directory that is dropped afterwards"},
    OptionSpec{
        .name = "no-cache", .help = "Use no dependency caches", .conflicts_with = kCacheFresh},
    OptionSpec{.name = "cache-fresh",
               .help = "Start with empty dependency caches and keep these from now on"},
    OptionSpec{.name = "memory", .value_name = "SIZE", .help = "Memory limit, e.g. 512m or 4g"},
    OptionSpec{.name = "cpus", .value_name = "N", .help = "CPU limit, e.g. 1.5"},
    OptionSpec{.name = "pids", .value_name = "N", .help = "Limit of processes and threads"},
    OptionSpec{.name = "ssh-agent",
               .help = "Let the box use the keys of your SSH agent, or not [default: yes]",
               .negatable = true},
    OptionSpec{.name = "aws", .help = "Give the box temporary AWS credentials"},
    OptionSpec{.name = "gcp", .help = "Give the box a Google Cloud access token"},
    OptionSpec{.name = "azure", .help = "Give the box an Azure access token"},
    OptionSpec{.name = "all-clouds", .help = "All three of --aws, --gcp and --azure"},
    OptionSpec{.name = "github",
               .help = "Give the box the GitHub token of gh, or not [default: when gh has one]",
               .negatable = true},
    OptionSpec{.name = "strict-credentials",
               .help = "Start nothing when a credential cannot be had"},
    OptionSpec{
        .name = "rm", .help = "Remove the container afterwards (default)", .conflicts_with = kKeep},
    OptionSpec{.name = "keep", .help = "Keep the stopped container"},
    OptionSpec{.name = "allow-sensitive-project",
               .help = "Allow a project that is, contains or lies in a sensitive directory (/, the "
                       "home directory, ~/.ssh, ...)"},
    OptionSpec{.name = "allow-nested-sandbox",
               .help = "Relax the box so far that the agent can start sandboxes of its own"});

}  // namespace mino::cli::table
