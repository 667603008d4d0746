#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "application/build_base_image.hpp"
#include "application/config_set.hpp"
#include "application/new_layer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/config.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/layer_services.hpp"
#include "cli/render/error.hpp"
#include "cli/render/layers.hpp"
#include "domain/layer/image_request.hpp"
#include "domain/layer/layer_name.hpp"

namespace mino::cli {
namespace {

namespace fs = std::filesystem;
using application::BuildBaseImage;
using application::ComposeLayers;
using application::LocalTrust;
using application::ResolveLayers;

/// What each of these commands starts from.
struct Session {
  Session(application::LoadedConfig loaded, CompositionRoot& root, const Paths& paths)
      : config(std::move(loaded.config)), layers(root, paths, std::move(loaded.layers)) {}

  Config config;
  LayerServices layers;
};

Result<std::unique_ptr<Session>> open_session(const ParsedArgs& args, const GlobalOptions& global,
                                              CompositionRoot& root, LocalTrust trust) {
  MINO_ASSIGN(const Paths paths, root.paths());
  MINO_ASSIGN(application::LoadedConfig loaded,
              loaded_config(root, global, args.value("project"), {}, trust));
  return std::make_unique<Session>(std::move(loaded), root, paths);
}

BuildBaseImage base_builder(CompositionRoot& root) {
  return {{.engine = root.engine(),
           .builder = root.image_builder(),
           .progress = root.progress_line(),
           .notices = root.notices()},
          root.carried_layers()};
}

Origin typed() { return {OriginKind::kFlag, "command line", 0, 0}; }

Result<void> list(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                  Io& io) {
  MINO_ASSIGN(const auto session, open_session(args, global, root, LocalTrust::kSkip));
  MINO_ASSIGN(const auto layers, session->layers.resolve.list());
  const std::string format = args.flag("json") ? "json" : args.value("format").value_or("table");
  if (format == "json") {
    io.out.write(root.json().write(json_of(layers), JsonLayout::kPretty) + "\n");
  } else {
    io.out.write(format == "plain" ? plain_of(layers) : table_of(layers));
  }
  return {};
}

Result<void> show(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                  Io& io) {
  MINO_ASSIGN(const auto session, open_session(args, global, root, LocalTrust::kSkip));
  const std::vector<std::string>& names = args.positionals;
  if (names == std::vector<std::string>{std::string(kBaseName)}) {
    io.out.write(base_builder(root).containerfile());
    return {};
  }
  MINO_ASSIGN(const ImageRequest request, requested_layers(names, typed()));
  if (args.flag("containerfile")) {
    MINO_ASSIGN(const LayeredImage image,
                session->layers.compose.look_up(request, session->config,
                                                ResolveLayers::Approving::kNever));
    io.out.write(containerfile_text(session->layers.compose.composition(image).steps));
    return {};
  }
  MINO_ASSIGN(const std::vector<Layer> layers,
              session->layers.resolve.resolve(request.layers, ResolveLayers::Approving::kNever));
  for (const Layer& layer : layers) {
    if (&layer != &layers.front()) io.out.write("\n");
    io.out.write(args.flag("json") ? root.json().write(json_of(layer), JsonLayout::kPretty) + "\n"
                                   : text_of(layer));
  }
  return {};
}

/// From now on layers are built on the base that was built here, where nothing says otherwise.
Result<void> use_local_base(const Config& config, CompositionRoot& root, Io& io) {
  constexpr const char* kKey = "container.layer_base";
  if (config.text(kKey) == application::kLocalBase) return {};
  if (config.origin(kKey).kind != OriginKind::kDefault) {
    root.notices().warn(fmt::format("layers are built on {} ({}) all the same",
                                    config.text(kKey).value_or(""), to_string(config.origin(kKey))),
                        fmt::format("mino config set {} {}", kKey, application::kLocalBase));
    return {};
  }
  MINO_ASSIGN(const fs::path file, config_file(root, application::ConfigTarget::kUserFile));
  application::ConfigWriter writer = config_writer(root);
  application::SetConfig set_config(root.config_source(), root.config_editor(), writer);
  MINO_TRY(set_config.execute(
      {file, application::ConfigTarget::kUserFile, kKey, application::kLocalBase, Config()}));
  io.err.write(fmt::format("layers are built on it from now on: {} in {}\n", kKey, file.string()));
  return {};
}

Result<void> build_base(const ParsedArgs& args, const Config& config, CompositionRoot& root,
                        Io& io) {
  BuildBaseImage use_case = base_builder(root);
  MINO_TRY(use_case.execute(
      {.from = args.value("from").value_or(""),
       .tools = args.value("tools").value_or("full"),
       .pull = args.flag("pull") ? BuildBaseImage::Request::Pull::kAlways
                                 : BuildBaseImage::Request::Pull::kIfMissing,
       .steps = args.flag("force") ? ImageBuild::Steps::kDropped : ImageBuild::Steps::kKept}));
  io.out.write(std::string(application::kLocalBase) + "\n");
  return use_local_base(config, root, io);
}

Result<ImageRequest> layers_to_build(const ParsedArgs& args, const Config& config,
                                     CompositionRoot& root) {
  if (!args.positionals.empty()) return requested_layers(args.positionals, typed());
  MINO_ASSIGN(ImageRequest request, requested_image(config, root.environment().get("MINO_LAYERS")));
  if (!request.layers.empty()) return request;
  return std::move(Error(ErrorCode::kUsage, "no layers are named or configured")
                       .set_hint("mino layers build rust, or: mino layers build base"));
}

Result<void> build(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                   Io& io) {
  MINO_ASSIGN(const auto session, open_session(args, global, root, LocalTrust::kAsk));
  const std::vector<std::string>& names = args.positionals;
  if (names == std::vector<std::string>{std::string(kBaseName)})
    return build_base(args, session->config, root, io);
  for (const char* option : {"from", "tools"}) {
    if (args.value(option))
      return std::move(Error(ErrorCode::kUsage, fmt::format("'--{}' is for the base", option))
                           .set_hint("mino layers build base --from IMAGE"));
  }
  MINO_ASSIGN(const ImageRequest request, layers_to_build(args, session->config, root));
  ComposeLayers& compose = session->layers.compose;
  MINO_ASSIGN(LayeredImage image,
              compose.look_up(request, session->config, ResolveLayers::Approving::kMayAsk));
  if (args.flag("pull")) MINO_TRY(compose.pull_base(image));
  MINO_TRY(compose.ensure(image, args.flag("force") ? ComposeLayers::Build::kAnyway
                                                    : ComposeLayers::Build::kIfMissing));
  io.out.write(image.reference + "\n");
  return {};
}

Result<void> create(const ParsedArgs& args, const GlobalOptions& /*global*/, CompositionRoot& root,
                    Io& io) {
  MINO_ASSIGN(const Paths paths, root.paths());
  const bool for_project = args.flag("project");
  fs::path directory = paths.layers();
  if (for_project) {
    MINO_ASSIGN(const fs::path file, config_file(root, application::ConfigTarget::kProjectFile));
    directory = file.parent_path() / ".mino" / "layers";
  }
  MINO_ASSIGN(const fs::path made,
              application::NewLayer(root.files()).execute(directory, args.positionals.front()));
  io.out.write(made.string() + "\n");
  if (for_project)
    root.notices().progress("a project's layers are used once they are approved: mino trust");
  return {};
}

using Command = Result<void> (*)(const ParsedArgs&, const GlobalOptions&, CompositionRoot&, Io&);

int run(Command command, const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const Result<void> done = command(args, global, root, io);
  if (done.ok()) return kExitSuccess;
  print_error(done.error(), io);
  return exit_code(done.error(), FailedCommand::kPlain);
}

}  // namespace

int layers_build_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(build, args, global, io);
}
int layers_list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(list, args, global, io);
}
int layers_new_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(create, args, global, io);
}
int layers_show_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(show, args, global, io);
}

}  // namespace mino::cli
