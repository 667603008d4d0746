#include "adapters/podman/box_processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace mino::podman {
namespace {

constexpr std::array<std::string_view, 4> kPrograms{"podman", "conmon", "crun", "runc"};
constexpr std::size_t kMaxArguments = 1024 * 1024;

std::vector<std::string_view> split_arguments(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Whether `words[at]` names the container: conmon's `-n NAME` or podman's `--name=NAME`.
bool names_container(const std::vector<std::string_view>& words, std::size_t at,
                     std::string_view name) {
  constexpr std::string_view kNameOption = "--name=";
  if (name.empty()) return false;
  if (words[at].starts_with(kNameOption)) return words[at].substr(kNameOption.size()) == name;
  return words[at] == name && at > 0 && words[at - 1] == "-n";
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Nothing when the process is gone by now or somebody else's.
std::optional<std::string> read_own(const FileSystem& files, const std::string& path) {
  Result<std::optional<std::string>> bytes = files.read(path, kMaxArguments);
  if (!bytes.ok()) return std::nullopt;
  return *std::move(bytes);
}

}  // namespace

bool is_container_id(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  return text.size() == kDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<BoxProcess> box_process_from_arguments(std::string_view arguments,
                                                     std::string_view name,
                                                     const std::vector<std::string>& ids) {
  const std::vector<std::string_view> words = split_arguments(arguments);
  if (words.empty() || std::ranges::find(kPrograms, base_name(words.front())) == kPrograms.end())
    return std::nullopt;
  bool wanted = false;
  BoxProcess process;
  process.program = base_name(words.front());
  for (std::size_t at = 1; at < words.size(); ++at) {
    wanted = wanted || names_container(words, at, name);
    if (!is_container_id(words[at])) continue;
    if (process.container_id.empty()) process.container_id = words[at];
    wanted = wanted || std::ranges::find(ids, words[at]) != ids.end();
  }
  if (!wanted) return std::nullopt;
  return process;
}

std::optional<std::uint64_t> start_time_from_stat(std::string_view stat) {
  // The program's name in parentheses may hold anything, so fields are counted from its end.
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 2);
  constexpr int kFieldsBetween = 22 - 3;
  for (int field = 0; field < kFieldsBetween; ++field) {
    const std::size_t space = stat.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    stat.remove_prefix(space + 1);
  }
  std::uint64_t start_time = 0;
  const auto [end, failed] = std::from_chars(stat.data(), stat.data() + stat.size(), start_time);
  if (failed != std::errc()) return std::nullopt;
  return start_time;
}

Result<std::vector<BoxProcess>> find_box_processes(const FileSystem& files, std::string_view name,
                                                   const std::vector<std::string>& ids) {
  std::vector<BoxProcess> found;
  MINO_ASSIGN(const auto entries, files.list("/proc"));
  if (!entries) return found;
  for (const std::string& entry : *entries) {
    if (!is_number(entry)) continue;
    const std::optional<std::string> arguments =
        read_own(files, fmt::format("/proc/{}/cmdline", entry));
    if (!arguments) continue;
    std::optional<BoxProcess> process = box_process_from_arguments(*arguments, name, ids);
    if (!process) continue;
    const std::optional<std::string> stat = read_own(files, fmt::format("/proc/{}/stat", entry));
    const std::optional<std::uint64_t> start_time =
        stat ? start_time_from_stat(*stat) : std::nullopt;
    if (!start_time) continue;
    std::from_chars(entry.data(), entry.data() + entry.size(), process->identity.pid);
    process->identity.start_time = *start_time;
    found.push_back(*std::move(process));
  }
  return found;
}

}  // namespace mino::podman
