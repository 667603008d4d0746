#include "integration/support/leftovers.hpp"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "integration/support/box_test.hpp"

namespace mino::integration {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines_of(std::vector<std::string> argv) {
  std::istringstream lines(
      run({.argv = std::move(argv), .environment = {}, .directory = {}, .input = {}}).out);
  std::vector<std::string> result;
  for (std::string line; std::getline(lines, line);) result.push_back(line);
  return result;
}

fs::path runtime_directory() {
  const char* directory = ::getenv("XDG_RUNTIME_DIR");
  return directory != nullptr ? directory : "/run/user/" + std::to_string(::getuid());
}

std::vector<std::string> entries_of(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed))
    names.push_back(entry->path().filename().string());
  return names;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

const std::string kNamespace = "network namespace ";

bool is_init_of_a_box(const ProcessView& process) { return process.program == "podman-init"; }

}  // namespace

Leftovers::Leftovers() : before_(find("\n")) {}

std::set<std::string> Leftovers::find(const std::string& prefix) const {
  std::set<std::string> found;
  const std::vector<ProcessView> processes = own_processes();
  const auto watched = [&](const ProcessView& init) {
    return std::ranges::any_of(processes,
                               [&](const ProcessView& other) { return other.pid == init.parent; });
  };
  for (const ProcessView& process : processes) {
    const std::string line = "process " + std::to_string(process.pid) + ": " + process.words;
    if (process.words.find(prefix) != std::string::npos) found.insert(line);
    if (process.program == "slirp4netns" || (is_init_of_a_box(process) && !watched(process)))
      found.insert(line);
  }
  std::set<std::string> known;
  for (const std::string& line : lines_of({"podman", "ps", "--all", "--external", "--no-trunc",
                                           "--format", "{{.ID}} {{.Names}}"})) {
    known.insert(line.substr(0, line.find(' ')));
    if (line.find("mino-" + prefix) != std::string::npos) found.insert("container " + line);
  }
  for (const std::string& id : lines_of({"crun", "list", "--quiet"})) {
    if (!known.contains(id)) found.insert("crun's container " + id);
  }
  for (const std::string& volume : lines_of({"podman", "volume", "ls", "--quiet"})) {
    if (volume.size() == 64) found.insert("volume " + volume);
  }
  for (const std::string& name : entries_of(runtime_directory() / "netns"))
    found.insert(kNamespace + name);
  for (const std::string& name : entries_of(runtime_directory() / "mino")) {
    if (name.starts_with(prefix)) found.insert("runtime directory " + name);
  }
  return found;
}

std::vector<std::string> Leftovers::wait(const std::string& prefix, Namespaces namespaces,
                                         seconds patience) const {
  std::set<std::string> left = find(prefix);
  if (namespaces == Namespaces::kLeftOut)
    std::erase_if(left, [](const std::string& line) { return line.starts_with(kNamespace); });
  for (const std::string& old : before_) left.erase(old);
  static_cast<void>(eventually(
      [&] {
        if (left.empty()) return true;
        const std::set<std::string> now = find(prefix);
        std::erase_if(left, [&](const std::string& line) { return !now.contains(line); });
        return left.empty();
      },
      patience));
  return {left.begin(), left.end()};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::vector<ProcessView> own_processes() {
  std::vector<ProcessView> found;
  for (const std::string& entry : entries_of("/proc")) {
    struct stat info {};
    const std::string directory = "/proc/" + entry;
    if (!is_number(entry) || ::stat(directory.c_str(), &info) != 0) continue;
    ProcessView process{.pid = std::stoi(entry),
                        .parent = 0,
                        .program = {},
                        .words = slurp(directory + "/cmdline")};
    if (process.words.empty() || process.pid == ::getpid()) continue;
    // A process that is not dumpable, or lives in a user namespace, has files that belong to root
    // or to another id.
    const std::string status = slurp(directory + "/status");
    std::smatch match;
    if (!std::regex_search(status, match, std::regex("\nPPid:\t([0-9]+)"))) continue;
    process.parent = std::stoi(match[1]);
    if (!std::regex_search(status, match, std::regex("\nUid:\t([0-9]+)"))) continue;
    if (std::stoul(match[1]) != ::getuid()) continue;
    process.program = base_name(process.words.substr(0, process.words.find('\0')));
    std::ranges::replace(process.words, '\0', ' ');
    found.push_back(std::move(process));
  }
  return found;
}

std::vector<int> children_named(int parent, const std::string& program) {
  std::vector<int> pids;
  std::istringstream children(
      slurp("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children"));
  for (int pid = 0; children >> pid;) {
    const std::string words = slurp("/proc/" + std::to_string(pid) + "/cmdline");
    if (base_name(words.substr(0, words.find('\0'))) == program) pids.push_back(pid);
  }
  return pids;
}

std::string json_member(const std::string& json, const std::string& name) {
  std::smatch match;
  const std::regex pattern('"' + name + R"re(": ?("([^"]*)"|-?[0-9]+|null))re");
  if (!std::regex_search(json, match, pattern)) return {};
  return match[2].matched ? match[2].str() : match[1].str();
}

}  // namespace mino::integration
