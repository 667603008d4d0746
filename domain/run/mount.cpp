#include "domain/run/mount.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kVolumeHint =
    "write --volume HOST:CONTAINER[:ro], e.g. --volume ~/data:/data:ro";

Error volume_error(std::string_view text, std::string_view why) {
  return Error(ErrorCode::kUsage, "volume \"" + visible_text(text) + "\": " + std::string(why))
      .set_hint(std::string(kVolumeHint));
}

bool is_path(std::string_view host) {
  const std::string_view first = host.substr(0, host.find('/'));
  return host.starts_with('/') || first == "~" || first == "." || first == "..";
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// What podman takes for the name of a volume.
bool is_volume_name(std::string_view text) {
  if (text.empty() || !is_alphanumeric(text.front())) return false;
  return std::ranges::all_of(
      text, [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

struct Options {
  std::optional<MountAccess> access;
  std::optional<MountLabel> label;
};

/// Success unless the option is unknown or a second one of its kind.
bool take_option(std::string_view option, Options& options) {
  const bool is_access = option == "ro" || option == "rw";
  const bool is_label = option == "z" || option == "Z";
  if ((!is_access && !is_label) || (is_access && options.access) || (is_label && options.label))
    return false;
  if (is_access) options.access = option == "ro" ? MountAccess::kReadOnly : MountAccess::kReadWrite;
  if (is_label) options.label = option == "z" ? MountLabel::kShared : MountLabel::kPrivate;
  return true;
}

/// Sets what `text` says of where the mount comes from.
Result<void> take_source(std::string_view text, std::string_view home, std::string_view directory,
                         Mount& mount) {
  if (is_path(text)) {
    mount.kind = MountKind::kBind;
    mount.source = absolute_path(text, home, directory);
    return {};
  }
  if (!is_volume_name(text)) {
    return Error(ErrorCode::kUsage,
                 "\"" + visible_text(text) + "\" is neither a path nor the name of a volume")
        .set_hint("begin a relative path with ./");
  }
  mount.kind = MountKind::kVolume;
  mount.source = text;
  return {};
}

}  // namespace

Result<Mount> parse_volume(std::string_view text, std::string_view home,
                           std::string_view directory) {
  if (const Result<void> mountable = check_mountable(text); !mountable.ok())
    return volume_error(text, mountable.error().message());
  const std::size_t colon = text.rfind(":/");
  if (colon == std::string_view::npos || colon == 0)
    return volume_error(text, "an absolute path in the box is missing");
  const std::string_view target = text.substr(colon + 1);
  const std::size_t end = target.find(':');
  Mount mount{.target = normalize_path(target.substr(0, end)), .access = MountAccess::kReadWrite};
  if (const Result<void> source = take_source(text.substr(0, colon), home, directory, mount);
      !source.ok()) {
    return volume_error(text, source.error().message()).set_hint(source.error().hint());
  }
  if (end == std::string_view::npos) return mount;
  Options options;
  for (const std::string_view option : split(target.substr(end + 1), ',')) {
    if (!take_option(option, options)) {
      return volume_error(text, "the option \"" + visible_text(option) +
                                    "\" is unknown or contradicts another; there are ro, rw, z, Z");
    }
  }
  mount.access = options.access.value_or(MountAccess::kReadWrite);
  mount.label = options.label.value_or(MountLabel::kKeep);
  return mount;
}

Result<void> check_mountable(std::string_view path) {
  for (std::string_view rest = path; !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    if (length == 0)
      return Error(ErrorCode::kUsage,
                   "\"" + visible_text(path) + "\" is not UTF-8 and cannot be mounted");
    if (is_control(rest.substr(0, length))) {
      return Error(ErrorCode::kUsage, "\"" + visible_text(path) +
                                          "\" holds a control character and cannot be mounted");
    }
    rest.remove_prefix(length);
  }
  return {};
}

std::string normalize_path(std::string_view path) {
  std::vector<std::string_view> names;
  for (const std::string_view name : split(path, '/')) {
    if (name.empty() || name == ".") continue;
    if (name != "..") {
      names.push_back(name);
    } else if (!names.empty()) {
      names.pop_back();
    }
  }
  std::string normal;
  for (const std::string_view name : names) normal.append("/").append(name);
  return normal.empty() ? "/" : normal;
}

bool is_within(std::string_view path, std::string_view ancestor) {
  if (ancestor == "/") return path.starts_with('/');
  if (!path.starts_with(ancestor)) return false;
  return path.size() == ancestor.size() || path[ancestor.size()] == '/';
}

std::string absolute_path(std::string_view text, std::string_view home,
                          std::string_view directory) {
  if (text.starts_with('/')) return normalize_path(text);
  if (text == "~" || text.starts_with("~/"))
    return normalize_path(std::string(home) + "/" + std::string(text.substr(1)));
  return normalize_path(std::string(directory) + "/" + std::string(text));
}

}  // namespace mino
