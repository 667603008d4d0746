#include "adapters/podman/podman_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mino::podman {
namespace {

/// A failure that podman is known to have: words of its message, what they mean, and what helps.
/// `{}` in a hint stands for the image.
struct KnownFailure {
  std::string_view words;
  ErrorCode code;
  std::string_view meaning;
  std::string_view hint;
};

constexpr std::string_view kSubordinateIds =
    "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \"$USER\" && podman "
    "system migrate";
constexpr std::string_view kNoCgroups =
    "boot with systemd.unified_cgroup_hierarchy=1, or see `mino status` for what the machine lacks";
constexpr std::string_view kMendStorage =
    "podman system migrate, or as the last resort podman system reset (removes all images and "
    "containers)";

// The first that matches counts, so the special stand before the general.
constexpr std::array kKnownFailures{
    KnownFailure{"image not known", ErrorCode::kNotFound, "the image {} is not here",
                 "podman pull {}"},
    KnownFailure{"manifest unknown", ErrorCode::kNotFound, "the registry has no image {}",
                 "check its name and tag"},
    KnownFailure{"repository name not known", ErrorCode::kNotFound, "the registry has no image {}",
                 "check its name and tag"},
    KnownFailure{"requested access to the resource is denied", ErrorCode::kNotFound,
                 "the registry has no image {} or wants a login",
                 "check its name, or podman login"},
    KnownFailure{"unauthorized", ErrorCode::kPermission, "the registry wants a login",
                 "podman login"},
    KnownFailure{"did not resolve to an alias", ErrorCode::kNotFound,
                 "{} does not say which registry it is from",
                 "name it in full, e.g. docker.io/library/{}"},
    KnownFailure{"invalid reference format", ErrorCode::kNotFound, "{} cannot name an image",
                 "name one such as docker.io/library/debian:12"},
    KnownFailure{"is already in use", ErrorCode::kAlreadyExists, "a container of that name exists",
                 ""},
    KnownFailure{"newuidmap", ErrorCode::kUnavailable, "podman cannot map users",
                 "install newuidmap (package uidmap or shadow-utils) and check /etc/subuid"},
    KnownFailure{"newgidmap", ErrorCode::kUnavailable, "podman cannot map groups",
                 "install newgidmap (package uidmap or shadow-utils) and check /etc/subgid"},
    KnownFailure{"no subuid ranges", ErrorCode::kUnavailable,
                 "the user has no subordinate user ids", kSubordinateIds},
    KnownFailure{"no subgid ranges", ErrorCode::kUnavailable,
                 "the user has no subordinate group ids", kSubordinateIds},
    KnownFailure{"insufficient UIDs or GIDs", ErrorCode::kUnavailable,
                 "the user has too few subordinate ids for the image", kSubordinateIds},
    KnownFailure{"not enough IDs", ErrorCode::kUnavailable, "the user has too few subordinate ids",
                 kSubordinateIds},
    KnownFailure{"/etc/subuid", ErrorCode::kUnavailable,
                 "the user has no usable subordinate user ids", kSubordinateIds},
    KnownFailure{"/etc/subgid", ErrorCode::kUnavailable,
                 "the user has no usable subordinate group ids", kSubordinateIds},
    KnownFailure{"cannot clone", ErrorCode::kUnavailable, "the kernel refuses user namespaces",
                 "sudo sysctl -w user.max_user_namespaces=15000"},
    KnownFailure{"cannot re-exec process", ErrorCode::kUnavailable,
                 "the kernel refuses user namespaces",
                 "sudo sysctl -w user.max_user_namespaces=15000"},
    KnownFailure{
        "sd-bus", ErrorCode::kUnavailable, "podman wants systemd for cgroups and does not reach it",
        "set cgroup_manager = \"cgroupfs\" under [engine] in ~/.config/containers/containers.conf"},
    KnownFailure{
        "dbus", ErrorCode::kUnavailable, "podman wants systemd for cgroups and does not reach it",
        "set cgroup_manager = \"cgroupfs\" under [engine] in ~/.config/containers/containers.conf"},
    KnownFailure{"no space left on device", ErrorCode::kInternal, "the disk is full",
                 "podman system df shows what podman uses, podman image prune frees some"},
    KnownFailure{"disk quota exceeded", ErrorCode::kInternal, "the disk quota is used up",
                 "podman system df shows what podman uses"},
    KnownFailure{"invalid file system type on '/sys/fs/cgroup'", ErrorCode::kUnavailable,
                 "the machine mixes cgroups v1 and v2", kNoCgroups},
    KnownFailure{"controller", ErrorCode::kUnavailable,
                 "a limit cannot be set: its cgroup controller is not delegated",
                 "run without the limit, or let systemd delegate the controllers (Delegate=yes for "
                 "user@.service)"},
    KnownFailure{"/sys/fs/cgroup", ErrorCode::kUnavailable,
                 "the cgroups of this machine cannot be used", kNoCgroups},
    KnownFailure{"creating cgroup", ErrorCode::kUnavailable,
                 "the cgroups of this machine cannot be used", kNoCgroups},
    KnownFailure{"slirp4netns", ErrorCode::kUnavailable,
                 "the network needs slirp4netns, which does not work",
                 "install slirp4netns, or run with --network none"},
    KnownFailure{"pasta", ErrorCode::kUnavailable, "the network needs pasta, which does not work",
                 "install passt, or run with --network none"},
    KnownFailure{"/dev/net/tun", ErrorCode::kUnavailable, "the network needs /dev/net/tun",
                 "sudo modprobe tun, or run with --network none"},
    KnownFailure{"default OCI runtime", ErrorCode::kUnavailable, "podman finds no OCI runtime",
                 "install crun"},
    KnownFailure{"conmon", ErrorCode::kUnavailable, "podman needs conmon, which does not work",
                 "install conmon"},
    KnownFailure{"workdir", ErrorCode::kInternal, "the working directory is not in the box",
                 "set container.workdir to a directory of the image"},
    KnownFailure{"unable to find user", ErrorCode::kInternal,
                 "the image does not know its own user", "use another image"},
    KnownFailure{"overlay is not supported", ErrorCode::kUnavailable,
                 "podman's storage cannot be used", "install fuse-overlayfs"},
    KnownFailure{"statfs ", ErrorCode::kInternal, "something that is to be mounted is not there",
                 ""},
    KnownFailure{"x509", ErrorCode::kUnavailable, "the registry's certificate is not trusted",
                 "put the authority's certificate into ~/.config/containers/certs.d"},
    KnownFailure{"dial tcp", ErrorCode::kUnavailable, "the registry cannot be reached",
                 "check the image's name and the network; --image host needs no image"},
    KnownFailure{"invalid internal status", ErrorCode::kUnavailable,
                 "podman has lost the process that holds its user namespace",
                 "podman system migrate"},
    KnownFailure{"toml: ", ErrorCode::kUnavailable, "podman cannot read its configuration",
                 "mend the files in ~/.config/containers"},
    KnownFailure{"mkdir ", ErrorCode::kUnavailable, "podman cannot make its directories",
                 "podman info shows where they are to be"},
    KnownFailure{"layer not known", ErrorCode::kUnavailable, "podman's storage is broken",
                 kMendStorage},
    KnownFailure{"container storage", ErrorCode::kUnavailable, "podman's storage cannot be used",
                 kMendStorage},
    KnownFailure{"configure storage", ErrorCode::kUnavailable, "podman's storage cannot be used",
                 kMendStorage},
    KnownFailure{"/overlay/l/", ErrorCode::kUnavailable, "podman's storage is broken",
                 kMendStorage},
    KnownFailure{"overlay-images", ErrorCode::kUnavailable, "podman's storage is broken",
                 kMendStorage},
    KnownFailure{"overlay-layers", ErrorCode::kUnavailable, "podman's storage is broken",
                 kMendStorage},
    KnownFailure{"database", ErrorCode::kUnavailable, "podman's database cannot be used",
                 kMendStorage},
};

constexpr std::string_view kErrorPrefix = "Error: ";

/// `time="…" level=warning msg="…"`: what podman logs beside its errors.
bool is_log_line(std::string_view line) { return line.starts_with("time=\""); }

/// The message of such a line when it is an error: some failures are told in no other way.
std::string logged_error(std::string_view line) {
  if (line.find(" level=error ") == std::string_view::npos &&
      line.find(" level=fatal ") == std::string_view::npos)
    return {};
  constexpr std::string_view kMessage = " msg=\"";
  const std::size_t start = line.find(kMessage);
  if (start == std::string_view::npos) return {};
  std::string message;
  for (const char c : line.substr(start + kMessage.size())) {
    if (c != '\\') message += c;
  }
  if (message.ends_with('"')) message.pop_back();
  return message;
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

std::string harmless(std::string_view text) {
  constexpr std::size_t kLongest = 400;
  const bool cut = text.size() > kLongest;
  std::string result(text.substr(0, kLongest));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return cut ? result + "..." : result;
}

std::string with_image(std::string_view text, std::string_view image) {
  std::string result(text);
  if (const std::size_t at = result.find("{}"); at != std::string::npos)
    result.replace(at, 2, image.empty() ? "it names" : image);
  return result;
}

const KnownFailure* known(std::string_view reason) {
  for (const KnownFailure& failure : kKnownFailures) {
    if (reason.find(failure.words) != std::string_view::npos) return &failure;
  }
  return nullptr;
}

std::string how_it_ended(const FailedCommand& command) {
  return command.exit_code ? fmt::format("podman ended with code {}", *command.exit_code)
                           : "podman was killed";
}

}  // namespace

std::string reason_of(std::string_view output) {
  std::string_view last;
  std::string_view last_error;
  std::string last_logged;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    const std::string_view line = trimmed(output.substr(0, end));
    output.remove_prefix(std::min(end + 1, output.size()));
    if (is_log_line(line)) {
      if (std::string message = logged_error(line); !message.empty()) last_logged = message;
      continue;
    }
    if (line.empty()) continue;
    last = line;
    if (line.starts_with(kErrorPrefix)) last_error = line.substr(kErrorPrefix.size());
  }
  if (!last_error.empty()) return harmless(last_error);
  return harmless(last.empty() ? std::string_view(last_logged) : last);
}

Error reworded(const FailedCommand& command, std::string_view output) {
  const std::string reason = reason_of(output);
  // Log lines say more than the error in some cases, e.g. what newuidmap complained about.
  const KnownFailure* failure = known(reason);
  if (failure == nullptr) failure = known(output);
  if (failure == nullptr) {
    return {ErrorCode::kInternal,
            fmt::format("{}: {}", command.action,
                        reason.empty() ? how_it_ended(command) : "podman: " + reason)};
  }
  std::string message =
      fmt::format("{}: {}", command.action, with_image(failure->meaning, command.image));
  if (failure->code != ErrorCode::kNotFound || command.image.empty())
    message += fmt::format(" (podman: {})", reason);
  Error error(failure->code, std::move(message));
  if (!failure->hint.empty()) error.set_hint(with_image(failure->hint, command.image));
  return error;
}

Error no_podman() {
  Error error(ErrorCode::kUnavailable, "there is no podman on the PATH");
  error.set_hint(
      "sudo apt-get install podman uidmap slirp4netns (or dnf install podman, pacman -S podman)");
  return error;
}

}  // namespace mino::podman
