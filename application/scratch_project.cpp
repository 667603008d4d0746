#include "application/scratch_project.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/selftest/walls.hpp"

namespace mino::application {

namespace fs = std::filesystem;

namespace {

/// The directory's name says whose it is, so that it is never there without an owner.
std::string folder_of(const std::string& name, const ProcessIdentity& owner) {
  return fmt::format("{}.{}.{}", name, owner.pid, owner.start_time);
}

/// Nothing for a name that folder_of() does not make.
std::optional<ProcessIdentity> owner_of(std::string_view folder) {
  const auto number = [&folder](auto& value) {
    const std::size_t dot = folder.rfind('.');
    if (dot == std::string_view::npos) return false;
    const std::string_view text = folder.substr(dot + 1);
    folder.remove_suffix(folder.size() - dot);
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc() && end == text.data() + text.size();
  };
  ProcessIdentity owner;
  if (!number(owner.start_time) || !number(owner.pid)) return std::nullopt;
  return owner;
}

}  // namespace

Result<ScratchProject> ScratchProject::make(Ports ports, const fs::path& root,
                                            const std::string& name,
                                            const CarriedProgram& program) {
  ScratchProject project(ports.files, root / folder_of(name, ports.processes.self()));
  MINO_TRY(project.fill(program));
  return project;
}

std::vector<std::string> ScratchProject::sweep(Ports ports, const fs::path& root) {
  std::vector<std::string> swept;
  const auto folders = ports.files.list(root);
  if (!folders.ok() || !folders->has_value()) return swept;
  for (const std::string& folder : **folders) {
    const auto owner = owner_of(folder);
    if (owner && ports.processes.alive(*owner)) continue;
    // What cannot be removed is in nobody's way.
    static_cast<void>(ports.files.remove_tree(root / folder).ok());
    swept.push_back(folder.substr(0, folder.find('.')));
  }
  return swept;
}

std::vector<std::string> ScratchProject::add_files(const std::vector<std::string>& paths) {
  std::vector<std::string> made;
  for (const std::string& name : paths) {
    const fs::path file = path() / name;
    if (files_->make_directories(file.parent_path(), 0700).ok() &&
        files_->write_atomic(file, "of the host\n", 0600, Durability::kRename).ok())
      made.push_back(name);
  }
  return made;
}

Result<void> ScratchProject::fill(const CarriedProgram& program) {
  const fs::path git = path() / ".git";
  MINO_TRY(files_->make_directories(git, 0700));
  for (const char* name : {"objects", "refs", "hooks", "info"})
    MINO_TRY(files_->make_directories(git / name, 0700));
  const auto write = [this](const fs::path& file, std::string_view text, std::uint32_t mode) {
    return files_->write_atomic(file, text, mode, Durability::kRename);
  };
  MINO_TRY(write(git / "HEAD", "ref: refs/heads/main\n", 0600));
  MINO_TRY(write(git / "config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n", 0600));
  for (const std::string& name : scratch_files()) MINO_TRY(write(path() / name, "", 0600));
  MINO_TRY(write(path() / program.name, program.bytes, 0755));
  MINO_TRY(write(planted(), "of the host\n", 0600));
  return files_->make_link(planted(), path() / kScratchLink);
}

ScratchProject::ScratchProject(ScratchProject&& other) noexcept
    : files_(other.files_), directory_(std::exchange(other.directory_, {})) {}

ScratchProject::~ScratchProject() {
  if (directory_.empty()) return;
  static_cast<void>(files_->remove_tree(directory_).ok());
  // The last one takes the place along.
  static_cast<void>(files_->remove(directory_.parent_path()).ok());
}

}  // namespace mino::application
