#include "domain/layer/manifest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/config/layers.hpp"
#include "domain/config/nearest.hpp"
#include "domain/layer/layer_name.hpp"
#include "domain/layer/manifest_values.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

using Check = std::optional<std::string> (*)(std::string_view);
using List = std::vector<std::string>;

std::optional<std::string> fault_of_name(std::string_view name) {
  if (check_layer_name(name).ok()) return std::nullopt;
  return "cannot name a layer";
}

/// A key that holds one text.
struct TextKey {
  std::string_view path;
  std::string LayerManifest::*field;
  Check check;
};
/// A key that holds a list of texts.
struct ListKey {
  std::string_view path;
  List LayerManifest::*field;
  Check check;
};
struct ToolKey {
  std::string_view path;
  List UserInstall::*field;
};

constexpr std::array kTextKeys = {
    TextKey{"layer.name", &LayerManifest::name, fault_of_name},
    TextKey{"layer.description", &LayerManifest::description, fault_of_text},
    TextKey{"layer.version", &LayerManifest::version, fault_of_version}};
constexpr std::array kListKeys = {
    ListKey{"env.path_prepend.dirs", &LayerManifest::path_prepend, fault_of_directory},
    ListKey{"cache.paths", &LayerManifest::cache_paths, fault_of_cache_path},
    ListKey{"root_install.packages", &LayerManifest::packages, fault_of_package},
    ListKey{"root_install.apt.packages", &LayerManifest::apt_packages, fault_of_package},
    ListKey{"root_install.dnf.packages", &LayerManifest::dnf_packages, fault_of_package}};
constexpr std::array kToolKeys = {ToolKey{"user_install.npm_globals", &UserInstall::npm_globals},
                                  ToolKey{"user_install.cargo_tools", &UserInstall::cargo_tools},
                                  ToolKey{"user_install.uv_tools", &UserInstall::uv_tools}};
constexpr std::string_view kRuntime = "user_install.runtime";
constexpr std::string_view kRuntimeVersion = "user_install.runtime_version";
constexpr std::array<std::string_view, 8> kTables = {"layer",
                                                     "env",
                                                     "env.path_prepend",
                                                     "cache",
                                                     "root_install",
                                                     "root_install.apt",
                                                     "root_install.dnf",
                                                     "user_install"};

struct RuntimeWord {
  std::string_view word;
  UserInstall::Runtime runtime;
};
constexpr std::array kRuntimes = {RuntimeWord{"node", UserInstall::Runtime::kNode},
                                  RuntimeWord{"nvm", UserInstall::Runtime::kNode},
                                  RuntimeWord{"rustup", UserInstall::Runtime::kRustup},
                                  RuntimeWord{"uv", UserInstall::Runtime::kUv}};

/// Reads one file's entries into a manifest.
class Reader {
 public:
  explicit Reader(const ConfigDocument& document) : document_(document) {}

  Result<LayerManifest> read() {
    for (const DocumentEntry& entry : document_.entries) MINO_TRY(take(entry));
    for (const TextKey& key : kTextKeys) {
      if (!(manifest_.*key.field).empty()) continue;
      return Error(ErrorCode::kConfig,
                   document_.file + ": " + std::string(key.path) + " is missing")
          .set_hint("see how one looks with: mino layers show rust");
    }
    return std::move(manifest_);
  }

 private:
  Error at(const DocumentEntry& entry, const std::string& what) const {
    return {ErrorCode::kConfig, document_.file + ":" + std::to_string(entry.line) + ":" +
                                    std::to_string(entry.column) + ": " + what};
  }

  Result<void> take(const DocumentEntry& entry) {
    const std::string path = path_text(entry.path);
    for (const TextKey& key : kTextKeys) {
      if (key.path == path) return take_text(entry, path, key.check, manifest_.*key.field);
    }
    for (const ListKey& key : kListKeys) {
      if (key.path == path) return take_list(entry, path, key.check, manifest_.*key.field);
    }
    for (const ToolKey& key : kToolKeys) {
      if (key.path == path)
        return take_list(entry, path, fault_of_tool, manifest_.user_install.*key.field);
    }
    if (path == kRuntime) return take_runtime(entry);
    if (path == kRuntimeVersion)
      return take_text(entry, path, fault_of_version, manifest_.user_install.version);
    if (std::ranges::find(kTables, path) != kTables.end()) return take_table(entry, path);
    if (entry.path.size() == 2 && entry.path.front() == "env") return take_variable(entry);
    return unknown(entry, path);
  }

  Result<void> take_text(const DocumentEntry& entry, const std::string& path, Check check,
                         std::string& field) const {
    const std::string* text = std::get_if<std::string>(&entry.value.state);
    if (text == nullptr) return at(entry, path + " must be a string");
    if (text->empty()) return at(entry, path + " must not be empty");
    if (const auto fault = check(*text))
      return at(entry, path + ": \"" + visible_text(*text) + "\" " + *fault);
    field = *text;
    return {};
  }

  Result<void> take_list(const DocumentEntry& entry, const std::string& path, Check check,
                         List& field) const {
    const auto* array = std::get_if<DocumentValue::Array>(&entry.value.state);
    if (array == nullptr) return at(entry, path + " must be a list of strings");
    if (array->size() > LayerManifest::kMaxItems)
      return at(entry,
                path + " holds more than " + std::to_string(LayerManifest::kMaxItems) + " items");
    for (const DocumentValue& item : *array) {
      const std::string* text = std::get_if<std::string>(&item.state);
      if (text == nullptr) return at(entry, path + " must be a list of strings");
      if (const auto fault = check(*text))
        return at(entry, path + ": \"" + visible_text(*text) + "\" " + *fault);
      if (std::ranges::find(field, *text) == field.end()) field.push_back(*text);
    }
    return {};
  }

  Result<void> take_runtime(const DocumentEntry& entry) {
    const std::string* text = std::get_if<std::string>(&entry.value.state);
    const auto found =
        text == nullptr ? kRuntimes.end() : std::ranges::find(kRuntimes, *text, &RuntimeWord::word);
    if (found == kRuntimes.end())
      return at(entry, std::string(kRuntime) + " must be \"node\", \"rustup\" or \"uv\"");
    manifest_.user_install.runtime = found->runtime;
    return {};
  }

  Result<void> take_table(const DocumentEntry& entry, const std::string& path) const {
    if (std::holds_alternative<DocumentValue::EmptyTable>(entry.value.state)) return {};
    return at(entry, path + " must be a table");
  }

  Result<void> take_variable(const DocumentEntry& entry) {
    const std::string& name = entry.path.back();
    if (const auto fault = fault_of_variable(name))
      return at(entry, "env: \"" + visible_text(name) + "\" " + *fault);
    const std::string* text = std::get_if<std::string>(&entry.value.state);
    if (text == nullptr) return at(entry, "env." + name + " must be a string");
    if (const auto fault = fault_of_text(*text)) return at(entry, "env." + name + " " + *fault);
    if (manifest_.environment.size() == LayerManifest::kMaxItems)
      return at(entry,
                "env holds more than " + std::to_string(LayerManifest::kMaxItems) + " variables");
    manifest_.environment.emplace(name, *text);
    return {};
  }

  Error unknown(const DocumentEntry& entry, const std::string& path) const {
    std::vector<std::string_view> known(kTables.begin(), kTables.end());
    for (const TextKey& key : kTextKeys) known.push_back(key.path);
    for (const ListKey& key : kListKeys) known.push_back(key.path);
    for (const ToolKey& key : kToolKeys) known.push_back(key.path);
    known.push_back(kRuntime);
    known.push_back(kRuntimeVersion);
    Error error = at(entry, "unknown key " + path);
    if (const auto nearest = nearest_path(path, known))
      error.set_hint("did you mean " + std::string(*nearest) + "?");
    return error;
  }

  const ConfigDocument& document_;
  LayerManifest manifest_;
};

}  // namespace

std::string_view runtime_name(UserInstall::Runtime runtime) {
  const auto found = std::ranges::find(kRuntimes, runtime, &RuntimeWord::runtime);
  return found == kRuntimes.end() ? std::string_view() : found->word;
}

Result<LayerManifest> manifest_from_document(const ConfigDocument& document) {
  return Reader(document).read();
}

}  // namespace mino
