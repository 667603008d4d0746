#include "cli/render/layers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/render/table.hpp"
#include "cli/render/text.hpp"

namespace mino::cli {
namespace {

using Listed = application::ResolveLayers::Listed;

std::string origin_of(const Listed& layer) {
  std::string origin(to_string(layer.source));
  if (!layer.approved) origin += ", not approved";
  if (layer.hidden) origin += ", hidden";
  return origin;
}

JsonValue texts(const std::vector<std::string>& list) {
  JsonValue::Array array;
  for (const std::string& text : list) array.emplace_back(text);
  return array;
}

/// The rows that hold something, their values in one column.
class Facts {
 public:
  void add(std::string_view name, const std::string& value) {
    if (!value.empty()) text_ += fmt::format("{:<12} {}\n", name, printable(value));
  }
  void add(std::string_view name, const std::vector<std::string>& values) {
    add(name, fmt::format("{}", fmt::join(values, " ")));
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string script_text(const Layer& layer) {
  if (!layer.script) return "none";
  return fmt::format("install.sh, {} lines", std::ranges::count(*layer.script, '\n'));
}

}  // namespace

std::string table_of(const std::vector<Listed>& layers) {
  Table table({"NAME", "ORIGIN", "DESCRIPTION"});
  for (const Listed& layer : layers) {
    table.add_row({layer.name, origin_of(layer),
                   printable(layer.problem.empty() ? layer.description
                                                   : "cannot be used: " + layer.problem)});
  }
  return table.render();
}

std::string plain_of(const std::vector<Listed>& layers) {
  std::string text;
  for (const Listed& layer : layers) {
    if (layer.approved && !layer.hidden && layer.problem.empty()) text += layer.name + "\n";
  }
  return text;
}

JsonValue json_of(const std::vector<Listed>& layers) {
  JsonValue::Array array;
  for (const Listed& layer : layers) {
    array.emplace_back(JsonValue::Object{
        {"name", layer.name},
        {"origin", to_string(layer.source)},
        {"place", layer.place},
        {"description", layer.description},
        {"version", layer.version},
        {"approved", layer.approved},
        {"hidden", layer.hidden},
        {"problem", layer.problem.empty() ? JsonValue() : JsonValue(layer.problem)}});
  }
  return JsonValue::Object{{"schema", 1}, {"layers", std::move(array)}};
}

std::string text_of(const Layer& layer) {
  const LayerManifest& manifest = layer.manifest;
  const UserInstall& install = manifest.user_install;
  Facts facts;
  facts.add("name", manifest.name);
  facts.add("description", manifest.description);
  facts.add("version", manifest.version);
  facts.add("from", layer.place);
  facts.add("script", script_text(layer));
  facts.add("packages", manifest.packages);
  facts.add("apt packages", manifest.apt_packages);
  facts.add("dnf packages", manifest.dnf_packages);
  for (const auto& [name, value] : manifest.environment) facts.add("env", name + "=" + value);
  facts.add("path", manifest.path_prepend);
  facts.add("cache", manifest.cache_paths);
  if (install.runtime != UserInstall::Runtime::kNone)
    facts.add("runtime", fmt::format("{} {}", runtime_name(install.runtime), install.version));
  facts.add("npm", install.npm_globals);
  facts.add("cargo", install.cargo_tools);
  facts.add("uv", install.uv_tools);
  return facts.take();
}

JsonValue json_of(const Layer& layer) {
  const LayerManifest& manifest = layer.manifest;
  const UserInstall& install = manifest.user_install;
  JsonValue::Object environment;
  for (const auto& [name, value] : manifest.environment) environment.emplace_back(name, value);
  return JsonValue::Object{{"schema", 1},
                           {"name", manifest.name},
                           {"description", manifest.description},
                           {"version", manifest.version},
                           {"origin", to_string(layer.source)},
                           {"place", layer.place},
                           {"script", layer.script.has_value()},
                           {"packages", texts(manifest.packages)},
                           {"apt_packages", texts(manifest.apt_packages)},
                           {"dnf_packages", texts(manifest.dnf_packages)},
                           {"env", std::move(environment)},
                           {"path_prepend", texts(manifest.path_prepend)},
                           {"cache_paths", texts(manifest.cache_paths)},
                           {"runtime", runtime_name(install.runtime)},
                           {"runtime_version", install.version},
                           {"npm_globals", texts(install.npm_globals)},
                           {"cargo_tools", texts(install.cargo_tools)},
                           {"uv_tools", texts(install.uv_tools)}};
}

}  // namespace mino::cli
