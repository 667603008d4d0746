#include "domain/layer/composed_image.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "domain/check.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

/// Raised when images have to be made again though no layer has changed.
constexpr std::string_view kFormat = "mino-layers-1";
constexpr std::string_view kScripts = "/run/mino-build";
/// Of an image that sets none.
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

class Framed {
 public:
  Framed& item(std::string_view bytes) {
    bytes_ += std::to_string(bytes.size());
    bytes_ += ':';
    bytes_ += bytes;
    return *this;
  }
  Framed& list(const std::vector<std::string>& items) {
    item(std::to_string(items.size()));
    for (const std::string& each : items) item(each);
    return *this;
  }
  Framed& table(const std::map<std::string, std::string>& entries) {
    item(std::to_string(entries.size()));
    for (const auto& [name, value] : entries) item(name).item(value);
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += " " + word;
  return text;
}

std::vector<std::string> packages_of(const std::vector<Layer>& layers,
                                     std::vector<std::string> LayerManifest::*own) {
  std::vector<std::string> all;
  const auto add = [&all](const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  };
  for (const Layer& layer : layers) {
    add(layer.manifest.packages);
    add(layer.manifest.*own);
  }
  return all;
}

/// Installs with the package manager that the base has. The names hold nothing that the shell
/// reads.
std::string install_packages(const std::vector<Layer>& layers) {
  const std::string apt = joined(packages_of(layers, &LayerManifest::apt_packages));
  const std::string dnf = joined(packages_of(layers, &LayerManifest::dnf_packages));
  std::string with_apt = ":";
  if (!apt.empty()) {
    with_apt =
        "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "
        "--no-install-recommends" +
        apt + " && rm -rf /var/lib/apt/lists/*";
  }
  std::string with_dnf = ":";
  if (!dnf.empty())
    with_dnf = "dnf install -y --setopt=install_weak_deps=False" + dnf + " && dnf clean all";
  return "RUN if command -v apt-get >/dev/null; then " + with_apt +
         "; elif command -v dnf >/dev/null; then " + with_dnf +
         "; else echo 'the base image has neither apt-get nor dnf to install packages with' >&2; "
         "exit 1; fi";
}

/// "00-rust": layers are installed in this order, which a listing keeps.
std::string numbered(std::size_t index, const std::string& name) {
  const std::string number = std::to_string(index);
  return (number.size() < 2 ? "0" + number : number) + "-" + name;
}

/// What mino-bootstrap reads: a word and a value a line. No value holds a line feed.
std::string first_start_file(const Layer& layer, const std::string& digest) {
  const UserInstall& install = layer.manifest.user_install;
  std::string text = "layer " + layer.manifest.name + "\ndigest " + digest + "\n";
  const auto add = [&text](std::string_view word, std::string_view value) {
    text.append(word).append(" ").append(value).append("\n");
  };
  if (install.runtime != UserInstall::Runtime::kNone) add("runtime", runtime_name(install.runtime));
  if (!install.version.empty()) add("version", install.version);
  for (const std::string& tool : install.npm_globals) add("npm", tool);
  for (const std::string& tool : install.cargo_tools) add("cargo", tool);
  for (const std::string& tool : install.uv_tools) add("uv", tool);
  return text;
}

/// `$` and the escapes of double quotes.
std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    MINO_CHECK(c != '\n' && c != '\r' && c != '\0');
    if (c == '"' || c == '\\' || c == '$') text += '\\';
    text += c;
  }
  return text;
}

bool is_plain(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [others](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != others.npos;
  });
}

void add_scripts(const std::vector<Layer>& layers, Composition& made) {
  constexpr std::uint32_t kProgram = 0755;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!layers[i].script) continue;
    const std::string& name = layers[i].manifest.name;
    const std::string folder = "scripts/" + numbered(i, name);
    made.files.push_back({folder + "/install.sh", *layers[i].script, kProgram});
    // The directory is there while the script runs and in no image.
    made.steps.push_back({"RUN --mount=type=bind,source=" + folder + ",target=" +
                              std::string(kScripts) + ",z " + std::string(kScripts) + "/install.sh",
                          name + ": install.sh"});
  }
}

void add_first_start(const std::vector<Layer>& layers, const std::vector<std::string>& digests,
                     Composition& made) {
  bool any = false;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].manifest.user_install.empty()) continue;
    any = true;
    made.files.push_back({"first-start/" + numbered(i, layers[i].manifest.name),
                          first_start_file(layers[i], digests[i])});
  }
  if (any) made.steps.push_back({"COPY [\"first-start/\", \"/etc/mino/layers/\"]", ""});
}

void add_environment(const std::vector<Layer>& layers, Composition& made) {
  std::string words;
  for (const LayerVariable& variable : layer_environment(layers))
    words += " " + variable.name + "=" + containerfile_quoted(variable.value);
  std::string path;
  for (const std::string& directory : layer_path(layers)) path += escaped(directory) + ":";
  if (!path.empty()) words += " PATH=\"" + path + "${PATH:-" + std::string(kDefaultPath) + "}\"";
  if (!words.empty()) made.steps.push_back({"ENV" + words, ""});
}

}  // namespace

std::string layer_bytes(const Layer& layer) {
  const LayerManifest& manifest = layer.manifest;
  const UserInstall& install = manifest.user_install;
  Framed framed;
  framed.item(kFormat).item(manifest.name).item(manifest.version);
  framed.item(layer.script ? "script" : "none").item(layer.script.value_or(""));
  framed.table(manifest.environment).list(manifest.path_prepend).list(manifest.cache_paths);
  framed.list(manifest.packages).list(manifest.apt_packages).list(manifest.dnf_packages);
  framed.item(runtime_name(install.runtime)).item(install.version);
  framed.list(install.npm_globals).list(install.cargo_tools).list(install.uv_tools);
  return framed.take();
}

std::string composed_bytes(const LayerBase& base, const std::vector<Layer>& layers) {
  Framed framed;
  framed.item(kFormat).item(base.reference).item(base.id).item(base.user);
  framed.item(std::to_string(layers.size()));
  for (const Layer& layer : layers) framed.item(layer_bytes(layer));
  return framed.take();
}

Result<void> check_layer_base(const LayerBase& base) {
  if (base.reference.empty() || !is_plain(base.reference, "._:/@-") ||
      base.reference.front() == '-')
    return Error(ErrorCode::kConfig,
                 "\"" + visible_text(base.reference) + "\" cannot name the image for layers")
        .set_hint("mino config set container.layer_base localhost/mino-base:latest");
  if (!is_plain(base.user, "._:-")) {
    return Error(ErrorCode::kConfig, "the user \"" + visible_text(base.user) + "\" of the image " +
                                         base.reference + " is none that layers can be built for");
  }
  return {};
}

std::string composed_reference(std::string_view digest) {
  constexpr std::size_t kDigits = 12;
  return "localhost/mino-composed-" + std::string(digest.substr(0, kDigits)) + ":latest";
}

std::string containerfile_quoted(std::string_view value) { return '"' + escaped(value) + '"'; }

Composition compose(const LayerBase& base, const std::vector<Layer>& layers,
                    const std::vector<std::string>& layer_digests, const std::string& digest) {
  MINO_CHECK(layer_digests.size() == layers.size());
  Composition made;
  const std::string argument(kBaseArgument);
  made.steps.push_back({"ARG " + argument + "=" + base.reference, ""});
  made.steps.push_back({"FROM ${" + argument + "}", ""});
  made.steps.push_back({"LABEL " + std::string(kLayersLabel) + "=\"true\" " +
                            std::string(kLayerNamesLabel) + "=" +
                            containerfile_quoted(layer_names(layers)) + " " +
                            std::string(kLayersDigestLabel) + "=" + containerfile_quoted(digest),
                        ""});
  made.steps.push_back({"USER root", ""});
  if (std::ranges::any_of(layers, [](const Layer& layer) { return layer.manifest.has_packages(); }))
    made.steps.push_back({install_packages(layers), "packages of the distribution"});
  add_scripts(layers, made);
  add_first_start(layers, layer_digests, made);
  add_environment(layers, made);
  if (!base.user.empty()) made.steps.push_back({"USER " + base.user, ""});
  return made;
}

std::string containerfile_text(const std::vector<BuildStep>& steps) {
  std::string text;
  for (const BuildStep& step : steps) {
    MINO_CHECK(step.instruction.find_first_of("\n\r") == std::string::npos);
    text += step.instruction + "\n";
  }
  return text;
}

}  // namespace mino
