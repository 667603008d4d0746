#include "adapters/podman/podman_image_builder.hpp"

#include "adapters/podman/podman_error.hpp"
#include "adapters/posix/line_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace mino::podman {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kDeadline(60);
constexpr std::chrono::seconds kGrace(5);
constexpr std::chrono::hours kLongestWait(6);
constexpr std::uint32_t kDirectoryMode = 0700;

/// "mino-base" of "localhost/mino-base:latest".
std::string key_of(const std::string& tag) {
  const std::size_t slash = tag.rfind('/');
  const std::string name = slash == std::string::npos ? tag : tag.substr(slash + 1);
  return name.substr(0, name.find(':'));
}

Error step_failed(const ImageBuild& build, const LastLines& last, const posix::ExitStatus& status,
                  const fs::path& log) {
  if (last.mentions_full_disk()) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("building {}: the disk is full:\n{}", build.tag, last.text()))
        .set_hint(
            "podman system df shows what podman uses, podman image prune frees some; "
            "the whole output is in " +
            log.native());
  }
  std::string why = last.error();
  if (why.empty())
    why = status.exit_code ? fmt::format("podman ended with code {}", *status.exit_code)
                           : "podman was killed";
  return Error(ErrorCode::kInternal,
               fmt::format("building {}: {}; the last lines:\n{}", build.tag, why, last.text()))
      .set_hint("the whole output is in " + log.native());
}

}  // namespace

std::vector<std::string> build_argv(const std::string& podman, const ImageBuild& build,
                                    const BuildPlace& place) {
  std::vector<std::string> argv{
      podman,
      "build",
      "--pull=never",
      "--rm",
      "--force-rm",
      build.steps == ImageBuild::Steps::kKept ? "--layers=true" : "--layers=false",
      fmt::format("--build-arg={}={}", kBaseArgument, place.base_tag())};
  for (const auto& [name, value] : build.arguments)
    argv.push_back(fmt::format("--build-arg={}={}", name, value));
  argv.push_back("--tag=" + build.tag);
  argv.push_back("--file=" + (place.context() / "Containerfile").native());
  argv.push_back(place.context().native());
  return argv;
}

PodmanImageBuilder::PodmanImageBuilder(const Ports& ports, fs::path builds)
    : ports_(ports),
      builds_(std::move(builds)),
      podman_(ports.runner, ports.files, ports.json, ports.environment, kDeadline) {}

BuildRemains PodmanImageBuilder::remains() const {
  const Result<EngineFacts> facts = ports_.engine.facts();
  return {podman_, ports_.files, ports_.processes,
          facts.ok() && !facts->oci_runtime_path.empty() ? facts->oci_runtime_path : "crun"};
}

Result<BuildEnd> PodmanImageBuilder::build(const ImageBuild& build, BuildObserver& observer) {
  const std::string key = key_of(build.tag);
  MINO_TRY(ports_.files.make_directories(builds_, kDirectoryMode));
  const BuildRemains remains = this->remains();
  // Before our own lock is held: this one's remains are among them.
  remains.sweep(builds_);
  bool waited = false;
  MINO_ASSIGN(const posix::FileLock lock, this->lock(key, observer, waited));
  // Before the lock was there another may have had it.
  const std::string replaced = id_of(build.tag);
  if (!replaced.empty() && (waited || build.when_there == ImageBuild::WhenThere::kKeep))
    return BuildEnd::kBuiltByOther;
  const fs::path log = builds_ / (key + ".log");
  const BuildPlace place{builds_ / key / fmt::format("{:08x}", ports_.random.next() >> 32U)};
  Result<void> built = build_in(build, place, log, observer);
  const Result<void> cleared =
      built.ok() ? remains.clear_finished(place) : remains.clear_broken(place);
  if (!cleared.ok())
    ports_.notices.warn("after a build: " + cleared.error().text(), cleared.error().hint());
  static_cast<void>(ports_.files.remove(builds_ / key));
  MINO_TRY(std::move(built));
  static_cast<void>(ports_.files.remove(log));
  remove_nameless(replaced);
  return BuildEnd::kBuilt;
}

std::string PodmanImageBuilder::id_of(const std::string& tag) const {
  const auto found = podman_.run({"image", "inspect", "--format", "{{.Id}}", "--", tag});
  if (!found.ok() || !found->succeeded()) return {};
  return found->output.substr(0, found->output.find('\n'));
}

void PodmanImageBuilder::remove_nameless(const std::string& id) const {
  if (id.empty()) return;
  const auto names = podman_.run({"image", "inspect", "--format", "{{len .RepoTags}}", "--", id});
  // Without --force podman refuses one that a container or another image needs.
  if (names.ok() && names->succeeded() && names->output.starts_with("0"))
    static_cast<void>(podman_.run({"rmi", "--", id}));
}

Result<posix::FileLock> PodmanImageBuilder::lock(const std::string& key, BuildObserver& observer,
                                                 bool& waited) const {
  const fs::path path = build_lock(builds_, key);
  auto lock = posix::FileLock::acquire(path, {});
  if (lock.ok() || lock.error().code() != ErrorCode::kTimeout) return lock;
  observer.waiting();
  waited = true;
  return posix::FileLock::acquire(path, kLongestWait);
}

Result<void> PodmanImageBuilder::build_in(const ImageBuild& build, const BuildPlace& place,
                                          const fs::path& log, BuildObserver& observer) {
  MINO_TRY(write_context(build, place).with_context("preparing a build"));
  MINO_TRY(podman_.output("preparing a build", {"tag", build.base, place.base_tag()}));
  MINO_ASSIGN(const Ran ran, run_podman(build, place, log, observer));
  if (ran.end.broken_off_by != 0)
    return Error(ErrorCode::kInternal, fmt::format("building {} was interrupted", build.tag));
  // Podman 4.3 ends with 0 when SIGTERM ended the build, whoever sent it.
  if (ran.end.status.exit_code == 0) {
    MINO_ASSIGN(const ProcessOutput there, podman_.run({"image", "exists", build.tag}));
    if (there.succeeded()) return {};
  }
  return step_failed(build, ran.last, ran.end.status, log);
}

Result<void> PodmanImageBuilder::write_context(const ImageBuild& build,
                                               const BuildPlace& place) const {
  MINO_TRY(ports_.files.make_directories(place.context(), kDirectoryMode));
  MINO_TRY(ports_.files.make_directories(place.temporary(), kDirectoryMode));
  constexpr std::uint32_t kFileMode = 0644;
  MINO_TRY(ports_.files.write_atomic(place.context() / "Containerfile", build.containerfile,
                                     kFileMode, Durability::kRename));
  for (const BuildFile& file : build.files) {
    const fs::path path = place.context() / file.path;
    // What is copied keeps these modes in the image.
    constexpr std::uint32_t kShownMode = 0755;
    MINO_TRY(ports_.files.make_directories(path.parent_path(), kShownMode));
    MINO_TRY(ports_.files.write_atomic(path, file.bytes, file.mode, Durability::kRename));
  }
  return {};
}

Result<PodmanImageBuilder::Ran> PodmanImageBuilder::run_podman(const ImageBuild& build,
                                                               const BuildPlace& place,
                                                               const fs::path& log_path,
                                                               BuildObserver& observer) const {
  MINO_ASSIGN(const std::string podman, podman_.program());
  Variables variables = podman_environment(ports_.environment, PodmanPurpose::kPull);
  std::erase_if(variables, [](const auto& variable) { return variable.first == "TMPDIR"; });
  variables.emplace_back("TMPDIR", place.temporary().native());
  posix::SpawnSpec spec;
  spec.argv = build_argv(podman, build, place);
  spec.environment = as_words(variables);
  posix::LineFile log(log_path);
  LastLines last;
  MINO_ASSIGN(const posix::WatchedEnd end,
              posix::run_watched(std::move(spec), kGrace, [&](std::string_view line) {
                log.add(line);
                if (const auto step = parse_step_line(line)) {
                  observer.step(step->number, step->count, step->instruction);
                  return;
                }
                last.add(line);
                observer.line(line);
              }));
  return Ran{end, std::move(last)};
}

Result<void> PodmanImageBuilder::remove_superseded(const std::string& layer_names,
                                                   const std::string& kept) {
  MINO_ASSIGN(const JsonValue json,
              podman_.json("listing images", {"images", "--format", "json", "--filter",
                                              fmt::format("label={}=true", kLayersLabel)}));
  if (json.array() == nullptr) return {};
  for (const JsonValue& image : *json.array()) {
    const JsonValue* labels = image.find("Labels");
    const std::string* names = labels == nullptr ? nullptr : labels->find_string(kLayerNamesLabel);
    const JsonValue* tags = image.find("Names");
    if (names == nullptr || *names != layer_names || tags == nullptr || tags->array() == nullptr)
      continue;
    for (const JsonValue& tag : *tags->array()) {
      const std::string* reference = tag.string();
      if (reference == nullptr || *reference == kept ||
          !reference->starts_with("localhost/mino-composed-"))
        continue;
      // Without --force podman refuses an image that a container uses.
      MINO_TRY(podman_.run({"rmi", "--", *reference}));
    }
  }
  return {};
}

}  // namespace mino::podman
