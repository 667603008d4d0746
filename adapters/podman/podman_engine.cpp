#include "adapters/podman/podman_engine.hpp"

#include "adapters/podman/box_processes.hpp"
#include "adapters/podman/box_remover.hpp"
#include "adapters/podman/image_pull.hpp"
#include "adapters/podman/podman_error.hpp"
#include "adapters/podman/podman_json.hpp"
#include "adapters/podman/run_argv.hpp"

#include <fmt/format.h>

#include <utility>

namespace mino::podman {
namespace {

constexpr char kFactsSection[] = "podman";
constexpr char kImageSection[] = "image";
constexpr char kImageIdSection[] = "image-id";
constexpr std::size_t kMaxImageList = std::size_t{16} * 1024 * 1024;
constexpr char kAccountSection[] = "image-user";
constexpr int kLeastMajor = 4;
constexpr int kLeastMinor = 3;

/// Changes when the file does; "-" while there is none.
std::string stamp(const FileSystem& files, const std::string& path) {
  const Result<std::optional<FileInfo>> info = files.info(path, FollowLinks::kYes);
  if (!info.ok() || !*info) return path + "|-";
  return fmt::format("{}|{}|{}", path, (*info)->size_bytes, (*info)->modified_ns);
}

/// Podman's own list of its images.
std::string image_list(const EngineFacts& facts) {
  return fmt::format("{}/{}-images/images.json", facts.graph_root, facts.storage_driver);
}

std::string configuration_directory(const Environment& environment) {
  if (const std::optional<std::string> directory = environment.get("XDG_CONFIG_HOME");
      directory && !directory->empty())
    return *directory;
  return environment.get("HOME").value_or("") + "/.config";
}

Result<void> check_usable(const EngineFacts& facts) {
  if (!is_at_least(facts.version, kLeastMajor, kLeastMinor)) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("podman {} is too old: mino needs {}.{} or newer", facts.version,
                             kLeastMajor, kLeastMinor))
        .set_hint("install a newer podman: see https://podman.io/docs/installation");
  }
  if (!facts.rootless) {
    return Error(ErrorCode::kUnavailable,
                 "podman runs as root here, and mino wants it without any privilege")
        .set_hint("run mino as an ordinary user, without sudo");
  }
  return {};
}

}  // namespace

PodmanEngine::PodmanEngine(const Ports& ports, std::chrono::milliseconds deadline)
    : ports_(ports), podman_(ports.runner, ports.files, ports.json, ports.environment, deadline) {}

std::string PodmanEngine::facts_key(const std::string& podman) const {
  std::string key = stamp(ports_.files, podman);
  const std::string own = configuration_directory(ports_.environment);
  for (const char* file : {"containers.conf", "containers.conf.d", "storage.conf"}) {
    for (const std::string& directory : {std::string("/usr/share/containers"),
                                         std::string("/etc/containers"), own + "/containers"}) {
      key += '\n' + stamp(ports_.files, directory + "/" + file);
    }
  }
  for (const char* name :
       {"CONTAINERS_CONF", "CONTAINERS_CONF_OVERRIDE", "CONTAINERS_STORAGE_CONF"}) {
    if (const std::optional<std::string> path = ports_.environment.get(name))
      key += '\n' + stamp(ports_.files, *path);
  }
  for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "STORAGE_DRIVER"}) {
    key += fmt::format("\n{}={}", name, ports_.environment.get(name).value_or(""));
  }
  // Subordinate ids and the cgroups of the machine are told by podman as well, and change without
  // its configuration.
  key += '\n' + stamp(ports_.files, "/etc/subuid") + '\n' +
         stamp(ports_.files, "/sys/fs/cgroup/cgroup.controllers");
  return key;
}

Result<EngineFacts> PodmanEngine::facts() {
  if (facts_) return *facts_;
  MINO_ASSIGN(const std::string podman, podman_.program());
  const std::string key = facts_key(podman);
  if (const std::optional<JsonValue> cached = ports_.cache.get(kFactsSection, key)) {
    if (std::optional<EngineFacts> facts = engine_facts_from_json(*cached)) {
      facts_ = *std::move(facts);
      return *facts_;
    }
  }
  MINO_ASSIGN(const JsonValue json,
              podman_.json("asking podman about itself", {"info", "--format", "json"}));
  MINO_ASSIGN(EngineFacts facts, engine_facts_from_info(json));
  // What cannot be used is not kept: the next call looks again.
  MINO_TRY(check_usable(facts));
  static_cast<void>(ports_.cache.put(kFactsSection, key, to_json(facts)));
  facts_ = std::move(facts);
  return *facts_;
}

std::optional<std::string> PodmanEngine::image_key(const EngineFacts& facts,
                                                   const std::string& reference) const {
  const std::string list = image_list(facts);
  const Result<std::optional<FileInfo>> info = ports_.files.info(list, FollowLinks::kYes);
  if (!info.ok() || !*info) return std::nullopt;
  return fmt::format("{}\n{}", reference, stamp(ports_.files, list));
}

std::optional<std::string> PodmanEngine::image_id_key(const EngineFacts& facts,
                                                      const std::string& reference) const {
  const auto text = ports_.files.read(image_list(facts), kMaxImageList);
  if (!text.ok() || !*text) return std::nullopt;
  const Result<JsonValue> list = ports_.json.parse(**text);
  if (!list.ok()) return std::nullopt;
  const std::optional<std::string> id = image_id_from_store(*list, reference);
  if (!id) return std::nullopt;
  return fmt::format("{}\n{}", reference, *id);
}

Result<std::optional<ImageFacts>> PodmanEngine::image(const std::string& reference) {
  MINO_ASSIGN(const EngineFacts engine, facts());
  const std::optional<std::string> key = image_key(engine, reference);
  if (key) {
    if (const std::optional<JsonValue> cached = ports_.cache.get(kImageSection, *key)) {
      if (std::optional<ImageFacts> facts = image_facts_from_json(*cached)) return facts;
    }
  }
  // The list of images also changes when an image is first used by another user mapping.
  const std::optional<std::string> id_key = image_id_key(engine, reference);
  if (id_key) {
    if (const std::optional<JsonValue> cached = ports_.cache.get(kImageIdSection, *id_key)) {
      if (std::optional<ImageFacts> facts = image_facts_from_json(*cached)) {
        if (key) static_cast<void>(ports_.cache.put(kImageSection, *key, *cached));
        return facts;
      }
    }
  }
  MINO_ASSIGN(std::optional<ImageFacts> facts, inspect_image(reference));
  if (!facts) return facts;
  MINO_ASSIGN(Account account, account_of(*facts));
  facts->user_id = account.user_id;
  facts->group_id = account.group_id;
  facts->home = std::move(account.home);
  if (key) static_cast<void>(ports_.cache.put(kImageSection, *key, to_json(*facts)));
  if (id_key && id_key->ends_with(facts->id))
    static_cast<void>(ports_.cache.put(kImageIdSection, *id_key, to_json(*facts)));
  return facts;
}

Result<std::optional<ImageFacts>> PodmanEngine::inspect_image(const std::string& reference) {
  const std::string action = fmt::format("looking at the image {}", reference);
  MINO_ASSIGN(
      const ProcessOutput result,
      podman_.run({"image", "inspect", "--format", "json", "--", reference}).with_context(action));
  if (!result.succeeded()) {
    Error error = reworded({.action = action, .image = reference, .exit_code = result.exit_code},
                           result.errors);
    if (error.code() == ErrorCode::kNotFound) return std::optional<ImageFacts>();
    return error;
  }
  MINO_ASSIGN(const JsonValue json, ports_.json.parse(result.output).with_context(action));
  MINO_ASSIGN(ImageFacts facts, image_facts_from_inspect(json).with_context(action));
  return std::optional<ImageFacts>(std::move(facts));
}

Result<Account> PodmanEngine::account_of(const ImageFacts& facts) {
  if (is_root(facts.user)) return Account{.user_id = 0, .group_id = 0, .home = "/root"};
  // Kept by the image's id, which stands for its content, so that a new image does not make the
  // others be read again.
  const std::string key = fmt::format("{}\n{}", facts.id, facts.user);
  if (const std::optional<JsonValue> cached = ports_.cache.get(kAccountSection, key)) {
    if (std::optional<ImageFacts> known = image_facts_from_json(*cached)) {
      return Account{
          .user_id = known->user_id, .group_id = known->group_id, .home = std::move(known->home)};
    }
  }
  MINO_ASSIGN(Account account, read_account(facts));
  ImageFacts known;
  known.id = facts.id;
  known.user_id = account.user_id;
  known.group_id = account.group_id;
  known.home = account.home;
  static_cast<void>(ports_.cache.put(kAccountSection, key, to_json(known)));
  return account;
}

Result<Account> PodmanEngine::read_account(const ImageFacts& facts) {
  const std::string action = "reading who the image's user is";
  // A container that is never started: the only way to the image's files without a user namespace
  // of our own.
  MINO_ASSIGN(std::string container,
              podman_.output(action, {"create", "--pull=never", "--network=none",
                                      "--no-healthcheck", "--http-proxy=false", facts.id, "none"}));
  while (!container.empty() && container.back() == '\n') container.pop_back();
  if (const std::size_t line = container.rfind('\n'); line != std::string::npos)
    container.erase(0, line + 1);
  const Result<std::string> passwd = file_of_container(container, "/etc/passwd");
  const Result<std::string> group = file_of_container(container, "/etc/group");
  const Result<std::string> removed =
      podman_.output("removing a container", {"rm", "--force", container});
  if (!passwd.ok()) return passwd.error();
  if (!group.ok()) return group.error();
  if (!removed.ok()) return removed.error();
  return resolve_account(facts.user, *passwd, *group);
}

Result<std::string> PodmanEngine::file_of_container(const std::string& container,
                                                    const std::string& path) {
  MINO_ASSIGN(const ProcessOutput result, podman_.run({"cp", container + ":" + path, "-"}));
  // An image without that file is a valid one.
  if (!result.succeeded()) return std::string();
  return first_file_of_tar(result.output).value_or(std::string());
}

Result<void> PodmanEngine::pull(const std::string& reference) {
  MINO_ASSIGN(const std::string podman, podman_.program());
  return pull_image(podman, podman_environment(ports_.environment, PodmanPurpose::kPull), reference,
                    ports_.notices);
}

Result<void> PodmanEngine::ensure_volume(const std::string& name,
                                         const std::map<std::string, std::string>& labels) {
  const std::string action = fmt::format("creating the volume {}", name);
  std::vector<std::string> arguments{"volume", "create"};
  for (const auto& [key, value] : labels)
    arguments.push_back(fmt::format("--label={}={}", key, value));
  arguments.insert(arguments.end(), {"--", name});
  MINO_ASSIGN(const ProcessOutput result, podman_.run(arguments).with_context(action));
  // Podman 4.3 has no --ignore.
  if (result.succeeded() || result.errors.find("already exists") != std::string::npos) return {};
  return reworded({.action = action, .image = {}, .exit_code = result.exit_code}, result.errors);
}

std::string PodmanEngine::oci_runtime() {
  const Result<EngineFacts> known = facts();
  return known.ok() && !known->oci_runtime_path.empty() ? known->oci_runtime_path : "crun";
}

Result<BoxState> PodmanEngine::box_state(const BoxTrace& trace) {
  return BoxRemover(podman_, ports_.files, ports_.processes, oci_runtime()).state(trace);
}

Result<void> PodmanEngine::remove_box(const BoxTrace& trace) {
  return BoxRemover(podman_, ports_.files, ports_.processes, oci_runtime()).remove(trace);
}

bool PodmanEngine::is_attended(const BoxTrace& trace) {
  constexpr std::size_t kMaxPidBytes = 32;
  constexpr std::size_t kMaxArgumentBytes = 64 * 1024;
  const Result<EngineFacts> engine = facts();
  if (!engine.ok() || !is_container_id(trace.container_id)) return true;
  const auto pid = ports_.files.read(fmt::format("{}/overlay-containers/{}/userdata/conmon.pid",
                                                 engine->run_root, trace.container_id),
                                     kMaxPidBytes);
  // Podman removes the file with the container.
  if (!pid.ok() || !*pid) return true;
  const auto arguments =
      ports_.files.read(fmt::format("/proc/{}/cmdline", **pid), kMaxArgumentBytes);
  if (!arguments.ok()) return true;
  return arguments->value_or(std::string()).find(trace.container_id) != std::string::npos;
}

Result<void> PodmanEngine::settle_box(const BoxTrace& trace) {
  if (is_attended(trace)) return {};
  return remove_box(trace);
}

Result<std::vector<BoxTrace>> PodmanEngine::list_boxes() {
  MINO_ASSIGN(const JsonValue json,
              podman_.json("listing boxes", {"ps", "--all", "--format", "json", "--filter",
                                             fmt::format("label={}", kSessionLabel)}));
  MINO_ASSIGN(std::vector<ListedContainer> containers, containers_from_ps(json));
  std::vector<BoxTrace> boxes;
  for (ListedContainer& container : containers) {
    std::string name = container.names.empty() ? std::string() : std::move(container.names.front());
    boxes.push_back({.container_id = std::move(container.id),
                     .container_name = std::move(name),
                     .session = std::move(container.session)});
  }
  return boxes;
}

}  // namespace mino::podman
