#include "application/choose_network.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config/layers.hpp"

namespace mino::application {
namespace {

struct Choice {
  std::string_view label;
  std::string_view key;
  std::string_view flag;
  std::string_view value;
};

constexpr std::string_view kNetwork = "container.network";
constexpr std::string_view kPreset = "container.network_preset";
constexpr std::size_t kRecommended = 0;
constexpr std::array kChoices = {
    Choice{"Bridge (recommended): the internet and your local network, not this machine's own",
           kNetwork, "--network", "bridge"},
    Choice{"Host: everything this machine reaches, its own services included", kNetwork,
           "--network", "host"},
    Choice{"Allow-list: dev: GitHub, package registries and AI services", kPreset,
           "--network-preset", "dev"},
    Choice{"Allow-list: registries: package registries only", kPreset, "--network-preset",
           "registries"},
    Choice{"None: no network at all", kNetwork, "--network", "none"}};

bool says_nothing(const Config& config) {
  constexpr std::array<std::string_view, 3> kKeys = {kNetwork, "container.network_allow", kPreset};
  return std::ranges::all_of(
      kKeys, [&](std::string_view key) { return config.origin(key).kind == OriginKind::kDefault; });
}

}  // namespace

Result<void> ChooseNetwork::execute(Config& config, const std::filesystem::path& user_file) {
  if (!says_nothing(config) || !prompter_.interactive()) return {};
  std::vector<std::string> labels;
  for (const Choice& choice : kChoices) labels.emplace_back(choice.label);
  MINO_ASSIGN(const std::size_t index,
              prompter_.choose("Which network may boxes use? This is asked once; see "
                               "\"mino config set\" to change it.",
                               labels, kRecommended));
  const Choice& choice = kChoices.at(index);
  const std::string key(choice.key);
  const std::string value(choice.value);
  MINO_ASSIGN(const ConfigLayer layer, layer_from_flags({{key, value, std::string(choice.flag)}}));
  config.apply(layer);
  const auto written =
      set_config_.execute({user_file, ConfigTarget::kUserFile, key, value, Config()});
  if (!written.ok())
    notices_.warn("the choice of the network holds for this once: " + written.error().text(),
                  written.error().hint());
  return {};
}

}  // namespace mino::application
