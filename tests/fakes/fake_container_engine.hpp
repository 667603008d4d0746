#pragma once

#include "ports/container_engine.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mino::fakes {

/// An engine in memory: images, volumes and boxes as values. Fails on demand.
class FakeContainerEngine final : public ContainerEngine {
 public:
  struct Box {
    BoxTrace trace;
    BoxState state = BoxState::kRunning;
  };

  [[nodiscard]] Result<EngineFacts> facts() override {
    if (auto error = next_error("facts")) return *std::move(error);
    return engine_facts;
  }
  [[nodiscard]] Result<std::optional<ImageFacts>> image(const std::string& reference) override {
    if (auto error = next_error("image")) return *std::move(error);
    const auto found = images.find(reference);
    if (found == images.end()) return std::optional<ImageFacts>();
    return std::optional(found->second);
  }
  [[nodiscard]] Result<void> pull(const std::string& reference) override {
    if (auto error = next_error("pull")) return *std::move(error);
    const auto found = registry.find(reference);
    if (found == registry.end())
      return Error(ErrorCode::kNotFound, "the registry has no image " + reference);
    images.insert_or_assign(reference, found->second);
    return {};
  }
  [[nodiscard]] Result<void> ensure_volume(
      const std::string& name, const std::map<std::string, std::string>& labels) override {
    if (auto error = next_error("ensure_volume")) return *std::move(error);
    volumes.emplace(name, labels);
    return {};
  }
  [[nodiscard]] Result<BoxState> box_state(const BoxTrace& trace) override {
    if (auto error = next_error("box_state")) return *std::move(error);
    const auto found =
        std::ranges::find_if(boxes, [&](const Box& box) { return matches(box, trace); });
    return found == boxes.end() ? BoxState::kGone : found->state;
  }
  [[nodiscard]] Result<void> remove_box(const BoxTrace& trace) override {
    removals.push_back(trace);
    if (auto error = next_error("remove_box")) return *std::move(error);
    std::erase_if(boxes, [&](const Box& box) { return matches(box, trace); });
    return {};
  }
  [[nodiscard]] Result<void> settle_box(const BoxTrace& trace) override {
    if (auto error = next_error("settle_box")) return *std::move(error);
    std::erase_if(boxes, [&](const Box& box) { return matches(box, trace); });
    return {};
  }
  [[nodiscard]] Result<std::vector<BoxTrace>> list_boxes() override {
    if (auto error = next_error("list_boxes")) return *std::move(error);
    std::vector<BoxTrace> traces;
    for (const Box& box : boxes) traces.push_back(box.trace);
    return traces;
  }

  EngineFacts engine_facts{.version = "4.3.1",
                           .rootless = true,
                           .graph_root = "/home/ann/.local/share/containers/storage",
                           .run_root = "/run/user/1001/containers",
                           .storage_driver = "overlay",
                           .network_backend = "netavark",
                           .rootless_network = "slirp4netns",
                           .cgroup_version = "v2",
                           .cgroup_controllers = {"cpu", "memory", "pids"},
                           .oci_runtime = "crun",
                           .oci_runtime_path = "/usr/bin/crun",
                           .selinux_enabled = false};
  std::map<std::string, ImageFacts> images;    ///< those that are here
  std::map<std::string, ImageFacts> registry;  ///< those that can be pulled
  std::map<std::string, std::map<std::string, std::string>> volumes;
  std::vector<Box> boxes;
  std::vector<std::string> calls;         ///< names of the methods, in order
  std::vector<BoxTrace> removals;         ///< what was to be removed, in order
  std::map<std::string, Error> failures;  ///< by the name of a method
  /// Called before each method; an error is what the method returns.
  std::function<std::optional<Error>(const std::string&)> on_call;

 private:
  static bool matches(const Box& box, const BoxTrace& trace) {
    if (!trace.container_id.empty() && box.trace.container_id == trace.container_id) return true;
    if (!trace.container_name.empty()) return box.trace.container_name == trace.container_name;
    return trace.container_id.empty() && !trace.session.empty() &&
           box.trace.session == trace.session;
  }
  std::optional<Error> next_error(const std::string& method) {
    calls.push_back(method);
    if (on_call) {
      if (auto error = on_call(method)) return error;
    }
    const auto found = failures.find(method);
    if (found == failures.end()) return std::nullopt;
    return found->second;
  }
};

}  // namespace mino::fakes
