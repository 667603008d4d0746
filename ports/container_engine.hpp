#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "domain/run/host_facts.hpp"

namespace mino {

/// What may be left of a session in the container engine: any of these may be empty when it is not
/// known.
struct BoxTrace {
  std::string container_id;
  std::string container_name;
  std::string session;  ///< value of the label io.mino.session
};

enum class BoxState {
  kGone,  ///< nothing of it is left, neither in podman nor in the OCI runtime
  kRunning,
  kStopped,  ///< the container exists (`--keep`) and does not run
};

/// The container engine beside the start of a box: facts, images, volumes, and what is left of
/// boxes. Each call may start one or more processes of the engine and blocks until they end
/// (deadline 30 s each, pull excepted). kUnavailable: the engine is missing, too old or broken; the
/// hint says what to do.
class ContainerEngine {
 public:
  ContainerEngine() = default;
  ContainerEngine(const ContainerEngine&) = delete;
  ContainerEngine& operator=(const ContainerEngine&) = delete;
  virtual ~ContainerEngine() = default;

  /// Facts about the engine; from the cache when the program and its configuration have not
  /// changed.
  [[nodiscard]] virtual Result<EngineFacts> facts() = 0;
  /// Facts about a local image; from the cache when the image store has not changed. Nothing when
  /// it is not there.
  [[nodiscard]] virtual Result<std::optional<ImageFacts>> image(const std::string& reference) = 0;
  /// Pulls an image, its progress shown on stderr; blocks until it is there. kNotFound: no such
  /// image.
  [[nodiscard]] virtual Result<void> pull(const std::string& reference) = 0;
  /// Creates the volume unless it exists. Idempotent.
  [[nodiscard]] virtual Result<void> ensure_volume(
      const std::string& name, const std::map<std::string, std::string>& labels) = 0;
  /// What is left of a box. Looks in podman (`ps -a --external`) and in the OCI runtime.
  [[nodiscard]] virtual Result<BoxState> box_state(const BoxTrace& trace) = 0;
  /// Ends and removes all that is left of a box: container, its anonymous volumes, a container that
  /// podman lost in the OCI runtime, its conmon. Success when there is nothing. Only touches what
  /// carries the trace's names.
  [[nodiscard]] virtual Result<void> remove_box(const BoxTrace& trace) = 0;
  /// For a box whose agent has ended and whose container is not to be kept: the engine removes it
  /// by itself, and this sees to it that the part of the engine that will do so is still there;
  /// where it is not, as remove_box. Starts no process otherwise.
  [[nodiscard]] virtual Result<void> settle_box(const BoxTrace& trace) = 0;
  /// Sessions (label io.mino.session) that have a container here, whatever their records say.
  [[nodiscard]] virtual Result<std::vector<BoxTrace>> list_boxes() = 0;
};

}  // namespace mino
