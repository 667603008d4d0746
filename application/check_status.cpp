#include "application/check_status.hpp"

#include "domain/status/subordinate_ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace mino::application {
namespace {

constexpr std::string_view kHostImage = "host";
constexpr std::uint32_t kAnyExecute = 0111;
constexpr std::uint32_t kOthers = 077;

CgroupLayout layout_of(bool has_controllers, bool has_unified, bool has_cgroups) {
  if (has_controllers) return CgroupLayout::kUnified;
  if (has_unified) return CgroupLayout::kHybrid;
  return has_cgroups ? CgroupLayout::kLegacy : CgroupLayout::kNone;
}

/// Whether nsswitch.conf names another source of subordinate ids than the files.
bool names_id_service(std::string_view nsswitch) {
  constexpr std::string_view kKey = "subid:";
  for (std::size_t at = nsswitch.find(kKey); at != std::string_view::npos;
       at = nsswitch.find(kKey, at + 1)) {
    if (at == 0 || nsswitch[at - 1] == '\n') return true;
  }
  return false;
}

}  // namespace

StatusReport CheckStatus::execute(const CheckStatusRequest& request) {
  MachineFacts facts;
  look_at_engine(request, facts);
  look_at_user(facts);
  look_at_kernel(facts);
  look_at_state(request, facts);
  look_at_runtime(request, facts);
  return judge(facts);
}

void CheckStatus::look_at_engine(const CheckStatusRequest& request, MachineFacts& facts) {
  facts.podman = find_program("podman");
  facts.has_slirp4netns = has_network_program("slirp4netns");
  facts.has_pasta = has_network_program("pasta");
  facts.image = request.image;
  Result<EngineFacts> engine = ports_.engine.facts();
  if (!engine.ok()) {
    facts.image_error = Error(ErrorCode::kUnavailable, "unknown without podman");
    facts.engine_error = std::move(engine).error();
    return;
  }
  facts.engine = *std::move(engine);
  if (request.image == kHostImage) return;
  Result<std::optional<ImageFacts>> image = ports_.engine.image(request.image);
  if (image.ok()) {
    facts.image_facts = *std::move(image);
  } else {
    facts.image_error = std::move(image).error();
  }
}

void CheckStatus::look_at_user(MachineFacts& facts) const {
  // The kernel gives the directory of a process to the user that it runs as.
  if (const auto self = ports_.files.info("/proc/self", FollowLinks::kYes); self.ok() && *self)
    facts.user_id = (*self)->owner;
  const std::string passwd = text_of("/etc/passwd");
  std::string name(find_user_name(passwd, facts.user_id));
  if (name.empty()) name = ports_.environment.get("USER").value_or("");
  facts.subordinate_users = count_subordinate_ids(text_of("/etc/subuid"), name, facts.user_id);
  facts.subordinate_groups = count_subordinate_ids(text_of("/etc/subgid"), name, facts.user_id);
  facts.ids_from_name_service = names_id_service(text_of("/etc/nsswitch.conf"));
  facts.has_newuidmap = find_program("newuidmap").has_value();
  facts.has_newgidmap = find_program("newgidmap").has_value();
}

void CheckStatus::look_at_kernel(MachineFacts& facts) const {
  const std::string limit = text_of("/proc/sys/user/max_user_namespaces");
  std::int64_t value = 0;
  if (std::from_chars(limit.data(), limit.data() + limit.size(), value).ec == std::errc())
    facts.max_user_namespaces = value;
  facts.seccomp = is_there("/proc/sys/kernel/seccomp/actions_avail");
  const std::filesystem::path cgroups = "/sys/fs/cgroup";
  const auto entries = ports_.files.list(cgroups);
  const bool any = entries.ok() && *entries && !(*entries)->empty();
  facts.cgroups =
      layout_of(is_there(cgroups / "cgroup.controllers"), is_there(cgroups / "unified"), any);
}

void CheckStatus::look_at_state(const CheckStatusRequest& request, MachineFacts& facts) {
  facts.state_directory = request.state.string();
  const Result<std::optional<FileInfo>> info = ports_.files.info(request.state, FollowLinks::kYes);
  if (!info.ok()) {
    facts.state_error = info.error();
    return;
  }
  if (!*info) return;
  facts.state_exists = true;
  facts.state_mode = (*info)->mode;
  const std::filesystem::path probe = request.state / ".status";
  Result<void> written =
      ports_.files.write_atomic(probe, "mino status\n", 0600, Durability::kRename);
  if (written.ok()) written = ports_.files.remove(probe);
  if (!written.ok()) facts.state_error = std::move(written).error();
  const Result<SessionListing> listing = ports_.sessions.list();
  if (!listing.ok()) {
    if (!facts.state_error) facts.state_error = listing.error();
    return;
  }
  for (const UnreadableRecord& record : listing->unreadable)
    facts.unreadable_records.push_back(record.error.text());
}

void CheckStatus::look_at_runtime(const CheckStatusRequest& request, MachineFacts& facts) const {
  const std::filesystem::path directory = request.runtime.parent_path();
  facts.runtime_directory = directory.string();
  const Result<std::optional<FileInfo>> info = ports_.files.info(directory, FollowLinks::kYes);
  if (!info.ok() || !*info) return;
  facts.runtime_usable = (*info)->kind == FileKind::kDirectory && (*info)->owner == facts.user_id &&
                         ((*info)->mode & kOthers) == 0;
}

std::optional<std::string> CheckStatus::find_program(std::string_view name) const {
  const std::string path = ports_.environment.get("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    std::string candidate = fmt::format("{}/{}", rest.substr(0, end), name);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto info = ports_.files.info(candidate, FollowLinks::kYes);
    if (info.ok() && *info && (*info)->kind == FileKind::kRegular &&
        ((*info)->mode & kAnyExecute) != 0)
      return candidate;
  }
  return std::nullopt;
}

bool CheckStatus::has_network_program(std::string_view name) const {
  // Podman looks in these before the PATH.
  for (const std::string_view directory : {"/usr/local/libexec/podman", "/usr/local/lib/podman",
                                           "/usr/libexec/podman", "/usr/lib/podman"}) {
    if (is_there(std::filesystem::path(directory) / name)) return true;
  }
  return find_program(name).has_value();
}

std::string CheckStatus::text_of(const std::filesystem::path& path) const {
  constexpr std::size_t kMaxBytes = std::size_t{16} * 1024 * 1024;
  const Result<std::optional<std::string>> text = ports_.files.read(path, kMaxBytes);
  return text.ok() && *text ? **text : std::string();
}

bool CheckStatus::is_there(const std::filesystem::path& path) const {
  const Result<std::optional<FileInfo>> info = ports_.files.info(path, FollowLinks::kYes);
  return info.ok() && info->has_value();
}

}  // namespace mino::application
