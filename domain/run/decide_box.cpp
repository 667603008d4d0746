// What the box is made of, what runs in it, and how it is confined.
#include <algorithm>
#include <utility>

#include "domain/run/decide_steps.hpp"
#include "domain/run/host_image.hpp"
#include "domain/run/limits.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kHostImage = "host";

/// The reference stands in podman's argv, after the options.
Result<void> check_image(const Config& config, const std::string& image) {
  const bool blank = std::ranges::any_of(
      image, [](char c) { return c == ' ' || static_cast<unsigned char>(c) < 0x20; });
  if (!image.empty() && !image.starts_with('-') && !blank) return {};
  const Origin origin = config.origin("container.image");
  return Error(fault_of(origin),
               "\"" + visible_text(image) + "\" (" + to_string(origin) + ") cannot name an image")
      .set_hint("name one such as fedora:43, or host for the programs of this machine");
}

void decide_layers(const RunInputs& inputs, RunPlan& plan, std::string& image_reason) {
  if (!inputs.image_reason.empty()) image_reason = inputs.image_reason;
  if (!inputs.layers) return;
  const LayeredImage& layers = *inputs.layers;
  std::string names;
  std::string places;
  for (const Layer& layer : layers.layers) {
    names += (names.empty() ? "" : ", ") + layer.manifest.name;
    places += (places.empty() ? "" : ", ") + layer.manifest.name + " is " + layer.place;
    if (layers.state != LayeredImage::State::kUnknown && !layer.manifest.user_install.empty() &&
        layers.base.first_start == LayerBase::FirstStart::kDoesNothing) {
      plan.warnings.push_back("the image " + layers.base.reference +
                              " has no bootstrap of mino's, so the [user_install] of the layer " +
                              layer.manifest.name + " is left out");
    }
  }
  explain(plan, "layers", std::move(names), to_string(layers.origin), std::move(places));
  explain(plan, "layer base", layers.base.reference,
          origin_of(inputs.config, "container.layer_base"), "");
  switch (layers.state) {
    case LayeredImage::State::kUnknown:
      image_reason = "the base, which is not here yet: the layers are to be built on it";
      break;
    case LayeredImage::State::kToBeBuilt:
      image_reason = "composed of the layers, to be built";
      break;
    case LayeredImage::State::kReady:
      image_reason = "composed of the layers";
      break;
  }
}

void decide_user(const RunInputs& inputs, RunPlan& plan) {
  using Kind = UserMapping::Kind;
  std::string reason;
  if (plan.image.kind == ImageChoice::Kind::kHost) {
    plan.user = {Kind::kKeepId, kHostImageUserId, kHostImageGroupId};
  } else if (!inputs.image) {
    reason = "assumed: the image is not here";
    plan.warnings.push_back("the image " + visible_text(plan.image.reference) +
                            " is not here yet: what it decides is assumed");
  } else if (inputs.image->user_id == 0) {
    reason = "the image runs as root";
  } else {
    plan.user = {Kind::kKeepId, inputs.image->user_id, inputs.image->group_id};
    reason = "the image runs as " + visible_text(inputs.image->user);
  }
  std::string value = "root in the box is you";
  if (plan.user.kind == Kind::kKeepId) {
    value = std::to_string(plan.user.user_id) + ":" + std::to_string(plan.user.group_id) +
            " in the box is you";
  }
  explain(plan, "user", std::move(value), "default", std::move(reason));
}

std::string command_text(const AgentCommand& command) {
  const bool shell = command.kind == AgentCommand::Kind::kShell;
  std::string text;
  for (const std::string& word : command.words) {
    if (!text.empty()) text += shell ? ", " : " ";
    text += shell_word(word);
  }
  return shell && command.words.size() > 1 ? "the first shell there is of " + text : text;
}

void decide_command(const RunInputs& inputs, RunPlan& plan) {
  const std::optional<std::vector<std::string>>& words = inputs.request.command;
  if (words && !words->empty()) {
    plan.command = {AgentCommand::Kind::kCommand, *words};
    explain(plan, "command", command_text(plan.command), "command line", "");
    return;
  }
  const std::optional<std::string> shell = inputs.config.text("session.shell");
  plan.command = {AgentCommand::Kind::kShell, default_shells()};
  // Which configures it.
  if (inputs.image && inputs.image->family == ImageFamily::kMino)
    plan.command.words.insert(plan.command.words.begin(), "zsh");
  if (shell && !shell->empty()) plan.command.words = {*shell};
  explain(plan, "command", command_text(plan.command), origin_of(inputs.config, "session.shell"),
          "no command was given");
}

void decide_streams(const RunInputs& inputs, RunPlan& plan) {
  const RunRequest& request = inputs.request;
  const bool detached = request.detach == Switch::kOn;
  plan.attachment = detached ? Attachment::kDetached : Attachment::kForeground;
  explain(plan, "runs", detached ? "in the background" : "in the foreground",
          detached ? "flag --detach" : "default", "");

  const bool at_terminal = inputs.host.stdin_is_terminal && inputs.host.stdout_is_terminal;
  std::string origin = "default";
  std::string reason =
      at_terminal ? "stdin and stdout are terminals" : "stdin and stdout are not both terminals";
  bool terminal = at_terminal && !detached;
  if (at_terminal && detached) reason = "nobody is there in the background";
  if (request.terminal != Switch::kUnset) {
    terminal = request.terminal == Switch::kOn;
    origin = terminal ? "flag --tty" : "flag --no-tty";
    reason.clear();
  }
  plan.streams = terminal ? AgentStreams::kTerminal : AgentStreams::kPipes;
  explain(plan, "streams", terminal ? "terminal" : "pipes", std::move(origin), std::move(reason));
  if (detached && !terminal && plan.command.kind == AgentCommand::Kind::kShell) {
    plan.warnings.emplace_back(
        "a shell in the background has nothing to read and ends at once: give a command after --");
  }
}

void decide_log(const RunInputs& inputs, RunPlan& plan) {
  constexpr std::int64_t kMebibyte = 1024 * 1024;
  const Config& config = inputs.config;
  plan.log_max_bytes = config.integer("session.log_max_mb") * kMebibyte;
  if (plan.streams == AgentStreams::kTerminal && !config.boolean("session.log_terminal")) {
    plan.log = LogPolicy::kOff;
    explain(plan, "log", "off", origin_of(config, "session.log_terminal"),
            "what is typed at a terminal would be in it");
    return;
  }
  plan.log = LogPolicy::kLines;
  explain(plan, "log", "at most " + std::to_string(config.integer("session.log_max_mb")) + " MiB",
          origin_of(config, "session.log_max_mb"), "");
}

void decide_end(const RunInputs& inputs, RunPlan& plan) {
  const bool keep = inputs.request.keep == Switch::kOn;
  plan.after_end = keep ? AfterEnd::kKeep : AfterEnd::kRemove;
  const std::string_view origin = keep                                  ? "flag --keep"
                                  : inputs.request.keep == Switch::kOff ? "flag --rm"
                                                                        : "default";
  explain(plan, "afterwards", keep ? "the container stays" : "the container is removed",
          std::string(origin), "");
  plan.stop_grace_seconds = inputs.config.integer("session.stop_timeout_secs");
  explain(plan, "stop", "killed after " + std::to_string(plan.stop_grace_seconds) + " s",
          origin_of(inputs.config, "session.stop_timeout_secs"), "");
}

void explain_limits(const RunInputs& inputs, RunPlan& plan) {
  const Limits& limits = plan.limits;
  if (limits.memory_bytes) {
    explain(plan, "memory", std::to_string(*limits.memory_bytes) + " bytes",
            origin_of(inputs.config, "container.memory"), "");
  }
  if (limits.cpus)
    explain(plan, "cpus", *limits.cpus, origin_of(inputs.config, "container.cpus"), "");
  explain(plan, "pids", std::to_string(limits.pids), origin_of(inputs.config, "container.pids"),
          "");
}

}  // namespace

ImageChoice::Kind requested_image_kind(const Config& config) {
  return config.text("container.image") == kHostImage ? ImageChoice::Kind::kHost
                                                      : ImageChoice::Kind::kReference;
}

Result<void> decide_image(const RunInputs& inputs, RunPlan& plan) {
  plan.image.kind = requested_image_kind(inputs.config);
  plan.image.reference = inputs.config.text("container.image").value_or("");
  MINO_TRY(check_image(inputs.config, plan.image.reference));
  std::string reason;
  if (plan.image.kind == ImageChoice::Kind::kHost) {
    plan.image.root = inputs.host.host_root;
    plan.grants.emplace_back(HostSystemGrant{});
    reason = "no image: the programs of this machine";
  }
  decide_layers(inputs, plan, reason);
  explain(plan, "image", plan.image.reference, origin_of(inputs.config, "container.image"),
          std::move(reason));
  if (inputs.request.entrypoint) {
    plan.image.entrypoint = inputs.request.entrypoint;
    explain(plan, "entrypoint",
            inputs.request.entrypoint->empty() ? "none" : *inputs.request.entrypoint,
            "flag --entrypoint", "");
  }
  decide_user(inputs, plan);
  return {};
}

void decide_agent(const RunInputs& inputs, RunPlan& plan) {
  decide_command(inputs, plan);
  decide_streams(inputs, plan);
  decide_log(inputs, plan);
  decide_end(inputs, plan);
}

Result<void> decide_confinement(const RunInputs& inputs, RunPlan& plan) {
  const bool read_only = inputs.config.boolean("container.read_only");
  plan.root = read_only ? RootAccess::kReadOnly : RootAccess::kWritable;
  explain(plan, "root", read_only ? "read-only" : "writable",
          origin_of(inputs.config, "container.read_only"), "");
  MINO_ASSIGN(plan.limits, limits_of(inputs.config));
  explain_limits(inputs, plan);
  for (std::string& warning : unenforced_limits(inputs.config, inputs.engine))
    plan.warnings.push_back(std::move(warning));
  if (inputs.config.boolean("container.allow_nested_sandbox")) {
    plan.grants.emplace_back(NestedSandboxGrant{});
    explain(plan, "nested sandbox", "allowed",
            origin_of(inputs.config, "container.allow_nested_sandbox"), "");
  }
  return {};
}

}  // namespace mino
