#include "application/choose_layers.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "domain/config/layers.hpp"
#include "domain/layer/image_request.hpp"
#include "domain/layer/layer_name.hpp"

namespace mino::application {
namespace {

constexpr std::string_view kImage = "container.image";
constexpr std::string_view kLayers = "container.layers";

bool says_nothing(const Config& config, const std::optional<std::string>& variable) {
  return config.origin(kImage).kind == OriginKind::kDefault &&
         config.origin(kLayers).kind == OriginKind::kDefault &&
         split_layer_names(variable.value_or("")).empty();
}

}  // namespace

Result<std::optional<WrittenConfig>> ChooseLayers::execute(
    Config& config, const std::optional<std::string>& variable, const Config& user) {
  if (!says_nothing(config, variable) || !ports_.prompter.interactive())
    return std::optional<WrittenConfig>();
  MINO_ASSIGN(const Choice choice, ask(config));
  ConfigOverride chosen{choice.key, choice.value, "answer"};
  if (choice.key == kLayers) chosen.value = split_layer_names(choice.value);
  MINO_ASSIGN(const ConfigLayer layer, layer_from_flags({chosen}));
  config.apply(layer);
  return save(choice, user);
}

Result<ChooseLayers::Choice> ChooseLayers::ask(const Config& config) {
  constexpr std::size_t kDefault = 0;
  constexpr std::size_t kFirstLayer = 2;
  const std::string image = config.text(kImage).value_or("");
  std::vector<std::string> labels{fmt::format("The image {} as it is", image),
                                  fmt::format("Base only: {}, with the everyday tools",
                                              config.text("container.layer_base").value_or(""))};
  std::vector<std::string> names;
  MINO_ASSIGN(const auto listed, layers_.list());
  for (const ResolveLayers::Listed& layer : listed) {
    if (!layer.problem.empty() || layer.hidden || !layer.approved) continue;
    names.push_back(layer.name);
    labels.push_back(fmt::format("{}: {}", layer.name, layer.description));
  }
  MINO_ASSIGN(const auto indices, ports_.prompter.choose_several(
                                      "What are boxes to be made of? Layers are built on the base; "
                                      "several can be combined.",
                                      labels, kDefault));
  std::string layers;
  for (const std::size_t index : indices) {
    if (index >= kFirstLayer) layers += (layers.empty() ? "" : ",") + names.at(index - kFirstLayer);
  }
  if (!layers.empty()) return Choice{std::string(kLayers), layers};
  const bool base = indices.back() != kDefault;
  return Choice{std::string(kImage), base ? std::string(kBaseName) : image};
}

Result<std::optional<WrittenConfig>> ChooseLayers::save(const Choice& choice, const Config& user) {
  enum : std::size_t { kUser, kProject, kNowhere };
  MINO_ASSIGN(
      const std::size_t where,
      ports_.prompter.choose(fmt::format("Remember {} = {}?", choice.key, choice.value),
                             {fmt::format("For all projects, in {}", places_.user_file.string()),
                              fmt::format("For this project, in {}", places_.project_file.string()),
                              "No, ask again next time"},
                             kUser));
  if (where == kNowhere) return std::optional<WrittenConfig>();
  const bool for_project = where == kProject;
  auto written =
      ports_.set_config.execute({for_project ? places_.project_file : places_.user_file,
                                 for_project ? ConfigTarget::kProjectFile : ConfigTarget::kUserFile,
                                 choice.key, choice.value, user});
  if (written.ok()) return std::optional(std::move(written->written));
  ports_.notices.warn("the choice holds for this once: " + written.error().text(),
                      written.error().hint());
  return std::optional<WrittenConfig>();
}

}  // namespace mino::application
