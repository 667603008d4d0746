#include "domain/layer/layer.hpp"

#include <algorithm>
#include <map>

namespace mino {
namespace {

std::vector<std::string> merged(const std::vector<Layer>& layers,
                                std::vector<std::string> LayerManifest::*list) {
  std::vector<std::string> all;
  for (const Layer& layer : layers) {
    for (const std::string& item : layer.manifest.*list) {
      if (std::ranges::find(all, item) == all.end()) all.push_back(item);
    }
  }
  return all;
}

}  // namespace

std::string_view to_string(LayerSource source) {
  switch (source) {
    case LayerSource::kProject:
      return "project";
    case LayerSource::kUser:
      return "user";
    case LayerSource::kBuiltIn:
      return "built-in";
  }
  return {};
}

bool does_something(std::string_view script) {
  while (!script.empty()) {
    const std::size_t end = std::min(script.find('\n'), script.size());
    const std::string_view line = script.substr(0, end);
    script.remove_prefix(std::min(end + 1, script.size()));
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first != line.npos && line[first] != '#') return true;
  }
  return false;
}

std::vector<LayerVariable> layer_environment(const std::vector<Layer>& layers) {
  std::map<std::string, LayerVariable> last;
  for (const Layer& layer : layers) {
    for (const auto& [name, value] : layer.manifest.environment)
      last.insert_or_assign(name, LayerVariable{name, value, layer.manifest.name});
  }
  std::vector<LayerVariable> variables;
  for (auto& [name, variable] : last) variables.push_back(std::move(variable));
  return variables;
}

std::vector<std::string> layer_path(const std::vector<Layer>& layers) {
  return merged(layers, &LayerManifest::path_prepend);
}

std::vector<std::string> layer_cache_paths(const std::vector<Layer>& layers) {
  return merged(layers, &LayerManifest::cache_paths);
}

std::string layer_names(const std::vector<Layer>& layers) {
  std::string names;
  for (const Layer& layer : layers) names += (names.empty() ? "" : ",") + layer.manifest.name;
  return names;
}

}  // namespace mino
