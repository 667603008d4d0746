#include "domain/run/host_image.hpp"

#include <algorithm>
#include <array>

#include "domain/cache/ecosystem.hpp"

namespace mino {
namespace {

constexpr std::array kShownEtc = std::to_array<std::string_view>({
    "alternatives",
    "bash.bashrc",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "fonts",
    "inputrc",
    "java-*",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "locale.alias",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "perl",
    "pki",
    "profile",
    "protocols",
    "python3*",
    "services",
    "ssh/ssh_config",
    "ssh/ssh_config.d",
    "ssl/certs",
    "terminfo",
    "vim",
});

constexpr std::array kProgramDirectories =
    std::to_array<std::string_view>({"bin", "lib", "lib32", "lib64", "libx32", "sbin"});

constexpr std::uint32_t kDirectoryMode = 0755;
constexpr std::uint32_t kSharedDirectoryMode = 01777;
constexpr std::uint32_t kFileMode = 0644;

constexpr std::array kDirectories =
    std::to_array<std::string_view>({"dev", "etc", "home", "home/developer", "mnt", "opt", "proc",
                                     "root", "run", "srv", "sys", "usr", "var"});
constexpr std::array kSharedDirectories = std::to_array<std::string_view>({"tmp", "var/tmp"});

constexpr std::string_view kPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "developer:x:1000:1000:developer:/home/developer:/bin/bash\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr std::string_view kGroup =
    "root:x:0:\n"
    "tty:x:5:\n"
    "developer:x:1000:\n"
    "nogroup:x:65534:\n";

}  // namespace

std::span<const std::string_view> shown_etc_patterns() { return kShownEtc; }

bool matches_name(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return pattern == name;
  pattern.remove_suffix(1);
  return name.starts_with(pattern) &&
         name.substr(pattern.size()).find('/') == std::string_view::npos;
}

std::vector<std::string> shown_etc_candidates(std::span<const std::string> names_in_etc) {
  std::vector<std::string> paths;
  for (const std::string_view pattern : kShownEtc) {
    const std::size_t slash = pattern.find('/');
    for (const std::string& name : names_in_etc) {
      if (!matches_name(pattern.substr(0, slash), name)) continue;
      paths.push_back("/etc/" + (slash == std::string_view::npos ? name : std::string(pattern)));
    }
  }
  std::ranges::sort(paths);
  return paths;
}

bool is_shown_path(std::string_view path) {
  constexpr std::string_view kEtc = "/etc/";
  if (path.starts_with(kEtc)) {
    const std::string_view name = path.substr(kEtc.size());
    return std::ranges::any_of(
        kShownEtc, [name](std::string_view pattern) { return matches_name(pattern, name); });
  }
  if (path == "/usr" || path == "/opt") return true;
  return path.starts_with('/') &&
         std::ranges::find(kProgramDirectories, path.substr(1)) != kProgramDirectories.end();
}

std::span<const std::string_view> program_directories() { return kProgramDirectories; }

std::vector<SkeletonEntry> host_image_skeleton(std::span<const ProgramDirectory> directories) {
  using Kind = SkeletonEntry::Kind;
  std::vector<SkeletonEntry> skeleton;
  for (const std::string_view path : kDirectories)
    skeleton.push_back({Kind::kDirectory, std::string(path), "", kDirectoryMode});
  for (const std::string_view path : kSharedDirectories) {
    skeleton.push_back({Kind::kDirectory, std::string(path), "", kSharedDirectoryMode});
  }
  // Podman gives a new volume the owner of the directory that it is mounted over; where there is
  // none in a root that is no image's, it takes an id of the box for one of the host.
  skeleton.push_back({Kind::kDirectory, std::string(kCacheRoot.substr(1)), "", kDirectoryMode});
  for (const Ecosystem& ecosystem : ecosystems())
    skeleton.push_back(
        {Kind::kDirectory, std::string(ecosystem.directory.substr(1)), "", kDirectoryMode});
  for (const ProgramDirectory& directory : directories) {
    if (directory.link) {
      skeleton.push_back({Kind::kLink, directory.name, *directory.link, 0});
    } else {
      skeleton.push_back({Kind::kDirectory, directory.name, "", kDirectoryMode});
    }
  }
  skeleton.push_back({Kind::kFile, "etc/passwd", std::string(kPasswd), kFileMode});
  skeleton.push_back({Kind::kFile, "etc/group", std::string(kGroup), kFileMode});
  return skeleton;
}

std::string fingerprint(std::span<const SkeletonEntry> skeleton) {
  std::string text;
  // Each field is preceded by its length, so that no two skeletons give the same text.
  const auto add = [&text](const std::string& field) {
    text.append(std::to_string(field.size())).append(":").append(field);
  };
  for (const SkeletonEntry& entry : skeleton) {
    add(std::to_string(static_cast<int>(entry.kind)));
    add(entry.path);
    add(entry.content);
    add(std::to_string(entry.mode));
  }
  return text;
}

}  // namespace mino
