#include "adapters/podman/podman_json.hpp"

#include "adapters/podman/run_argv.hpp"
#include "domain/layer/composed_image.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>

namespace mino::podman {
namespace {

Error unreadable(std::string_view what) {
  return {ErrorCode::kCorrupt, "podman printed something else than " + std::string(what)};
}

const JsonValue* at(const JsonValue& json, std::initializer_list<std::string_view> path) {
  const JsonValue* value = &json;
  for (const std::string_view name : path) {
    value = value->find(name);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::string text_at(const JsonValue& json, std::initializer_list<std::string_view> path) {
  const JsonValue* value = at(json, path);
  const std::string* text = value == nullptr ? nullptr : value->string();
  return text == nullptr ? std::string() : *text;
}

bool truth_at(const JsonValue& json, std::initializer_list<std::string_view> path) {
  const JsonValue* value = at(json, path);
  const bool* truth = value == nullptr ? nullptr : value->boolean();
  return truth != nullptr && *truth;
}

std::vector<std::string> texts_at(const JsonValue& json,
                                  std::initializer_list<std::string_view> path) {
  std::vector<std::string> texts;
  const JsonValue* value = at(json, path);
  const JsonValue::Array* array = value == nullptr ? nullptr : value->array();
  if (array == nullptr) return texts;
  for (const JsonValue& item : *array) {
    if (const std::string* text = item.string()) texts.push_back(*text);
  }
  return texts;
}

JsonValue to_array(const std::vector<std::string>& texts) {
  JsonValue::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

std::optional<std::uint32_t> id_at(const JsonValue& json, std::string_view name) {
  const JsonValue* value = json.find(name);
  const std::int64_t* number = value == nullptr ? nullptr : value->integer();
  if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string rootless_network(const JsonValue& info) {
  // Podman 5 says which one it uses; before that it was slirp4netns.
  std::string command = text_at(info, {"host", "rootlessNetworkCmd"});
  return command.empty() ? "slirp4netns" : command;
}

ImageFamily family_of(const JsonValue& image) {
  const auto is_set = [&image](std::string_view label) {
    return text_at(image, {"Config", "Labels", label}) == "true";
  };
  if (is_set(kBaseLabel)) return ImageFamily::kMino;
  return is_set(kLayersLabel) ? ImageFamily::kLayered : ImageFamily::kForeign;
}

struct FamilyWord {
  ImageFamily family;
  std::string_view word;
};
constexpr std::array kFamilyWords = {FamilyWord{ImageFamily::kForeign, "foreign"},
                                     FamilyWord{ImageFamily::kLayered, "layered"},
                                     FamilyWord{ImageFamily::kMino, "mino"}};

/// `podman ps` prints times as numbers, and in some versions as text that nobody needs.
std::int64_t seconds_at(const JsonValue& json, std::string_view name) {
  const JsonValue* value = json.find(name);
  const std::int64_t* seconds = value == nullptr ? nullptr : value->integer();
  return seconds == nullptr ? 0 : *seconds;
}

std::map<std::string, std::string> labels_at(const JsonValue& json) {
  std::map<std::string, std::string> labels;
  const JsonValue* value = json.find("Labels");
  const JsonValue::Object* object = value == nullptr ? nullptr : value->object();
  if (object == nullptr) return labels;
  for (const auto& [name, text] : *object) {
    if (text.string() != nullptr) labels.insert_or_assign(name, *text.string());
  }
  return labels;
}

}  // namespace

Result<EngineFacts> engine_facts_from_info(const JsonValue& json) {
  EngineFacts facts;
  facts.version = text_at(json, {"version", "Version"});
  facts.graph_root = text_at(json, {"store", "graphRoot"});
  if (facts.version.empty() || facts.graph_root.empty()) return unreadable("facts about itself");
  facts.rootless = truth_at(json, {"host", "security", "rootless"});
  facts.run_root = text_at(json, {"store", "runRoot"});
  facts.volume_path = text_at(json, {"store", "volumePath"});
  facts.storage_driver = text_at(json, {"store", "graphDriverName"});
  facts.network_backend = text_at(json, {"host", "networkBackend"});
  facts.rootless_network = rootless_network(json);
  facts.cgroup_version = text_at(json, {"host", "cgroupVersion"});
  facts.cgroup_controllers = texts_at(json, {"host", "cgroupControllers"});
  facts.oci_runtime = text_at(json, {"host", "ociRuntime", "name"});
  facts.oci_runtime_path = text_at(json, {"host", "ociRuntime", "path"});
  facts.selinux_enabled = truth_at(json, {"host", "security", "selinuxEnabled"});
  return facts;
}

Result<ImageFacts> image_facts_from_inspect(const JsonValue& json) {
  const JsonValue::Array* images = json.array();
  if (images == nullptr || images->empty()) return unreadable("facts about an image");
  const JsonValue& image = images->front();
  ImageFacts facts;
  facts.id = text_at(image, {"Id"});
  if (facts.id.empty()) return unreadable("facts about an image");
  facts.user = text_at(image, {"Config", "User"});
  facts.entrypoint = texts_at(image, {"Config", "Entrypoint"});
  facts.working_directory = text_at(image, {"Config", "WorkingDir"});
  facts.family = family_of(image);
  return facts;
}

std::optional<std::string> image_id_from_store(const JsonValue& json,
                                               const std::string& reference) {
  const JsonValue::Array* images = json.array();
  if (images == nullptr) return std::nullopt;
  for (const JsonValue& image : *images) {
    const std::vector<std::string> names = texts_at(image, {"names"});
    if (std::ranges::find(names, reference) == names.end()) continue;
    std::string id = text_at(image, {"id"});
    if (id.empty()) return std::nullopt;
    return id;
  }
  return std::nullopt;
}

Result<std::vector<ListedContainer>> containers_from_ps(const JsonValue& json) {
  std::vector<ListedContainer> containers;
  if (json.is_null()) return containers;
  const JsonValue::Array* items = json.array();
  if (items == nullptr) return unreadable("a list of containers");
  for (const JsonValue& item : *items) {
    ListedContainer container;
    container.id = text_at(item, {"Id"});
    if (container.id.empty()) return unreadable("a list of containers");
    container.names = texts_at(item, {"Names"});
    container.state = text_at(item, {"State"});
    container.session = text_at(item, {"Labels", kSessionLabel});
    container.created_seconds = seconds_at(item, "Created");
    containers.push_back(std::move(container));
  }
  return containers;
}

Result<std::vector<ListedVolume>> volumes_from_ls(const JsonValue& json) {
  std::vector<ListedVolume> volumes;
  if (json.is_null()) return volumes;
  const JsonValue::Array* items = json.array();
  if (items == nullptr) return unreadable("a list of volumes");
  for (const JsonValue& item : *items) {
    ListedVolume volume;
    volume.name = text_at(item, {"Name"});
    if (volume.name.empty()) return unreadable("a list of volumes");
    volume.anonymous = truth_at(item, {"Anonymous"});
    volume.created = parse_rfc3339(text_at(item, {"CreatedAt"}));
    volume.labels = labels_at(item);
    volume.mount_point = text_at(item, {"Mountpoint"});
    volumes.push_back(std::move(volume));
  }
  return volumes;
}

Result<std::vector<StoredImage>> images_from_ls(const JsonValue& json) {
  std::vector<StoredImage> images;
  if (json.is_null()) return images;
  const JsonValue::Array* items = json.array();
  if (items == nullptr) return unreadable("a list of images");
  for (const JsonValue& item : *items) {
    StoredImage image;
    image.id = text_at(item, {"Id"});
    if (image.id.empty()) return unreadable("a list of images");
    image.names = texts_at(item, {"Names"});
    if (image.names.empty()) image.names = texts_at(item, {"RepoTags"});
    image.labels = labels_at(item);
    const JsonValue* size = item.find("Size");
    if (size != nullptr && size->integer() != nullptr && *size->integer() > 0)
      image.size_bytes = static_cast<std::uint64_t>(*size->integer());
    images.push_back(std::move(image));
  }
  return images;
}

JsonValue to_json(const EngineFacts& facts) {
  JsonValue json;
  json.set("version", facts.version);
  json.set("rootless", facts.rootless);
  json.set("graph_root", facts.graph_root);
  json.set("run_root", facts.run_root);
  json.set("volume_path", facts.volume_path);
  json.set("storage_driver", facts.storage_driver);
  json.set("network_backend", facts.network_backend);
  json.set("rootless_network", facts.rootless_network);
  json.set("cgroup_version", facts.cgroup_version);
  json.set("cgroup_controllers", to_array(facts.cgroup_controllers));
  json.set("oci_runtime", facts.oci_runtime);
  json.set("oci_runtime_path", facts.oci_runtime_path);
  json.set("selinux_enabled", facts.selinux_enabled);
  return json;
}

std::optional<EngineFacts> engine_facts_from_json(const JsonValue& json) {
  EngineFacts facts;
  facts.version = text_at(json, {"version"});
  facts.rootless = truth_at(json, {"rootless"});
  facts.graph_root = text_at(json, {"graph_root"});
  facts.run_root = text_at(json, {"run_root"});
  facts.volume_path = text_at(json, {"volume_path"});
  facts.storage_driver = text_at(json, {"storage_driver"});
  facts.network_backend = text_at(json, {"network_backend"});
  facts.rootless_network = text_at(json, {"rootless_network"});
  facts.cgroup_version = text_at(json, {"cgroup_version"});
  facts.cgroup_controllers = texts_at(json, {"cgroup_controllers"});
  facts.oci_runtime = text_at(json, {"oci_runtime"});
  facts.oci_runtime_path = text_at(json, {"oci_runtime_path"});
  facts.selinux_enabled = truth_at(json, {"selinux_enabled"});
  if (facts.version.empty() || facts.graph_root.empty() || json.find("volume_path") == nullptr)
    return std::nullopt;
  return facts;
}

JsonValue to_json(const ImageFacts& facts) {
  JsonValue json;
  json.set("id", facts.id);
  json.set("user", facts.user);
  json.set("user_id", std::int64_t{facts.user_id});
  json.set("group_id", std::int64_t{facts.group_id});
  json.set("home", facts.home);
  json.set("entrypoint", to_array(facts.entrypoint));
  json.set("working_directory", facts.working_directory);
  json.set("family", std::ranges::find(kFamilyWords, facts.family, &FamilyWord::family)->word);
  return json;
}

std::optional<ImageFacts> image_facts_from_json(const JsonValue& json) {
  ImageFacts facts;
  facts.id = text_at(json, {"id"});
  facts.user = text_at(json, {"user"});
  const std::optional<std::uint32_t> user_id = id_at(json, "user_id");
  const std::optional<std::uint32_t> group_id = id_at(json, "group_id");
  const auto family = std::ranges::find(kFamilyWords, text_at(json, {"family"}), &FamilyWord::word);
  if (facts.id.empty() || !user_id || !group_id || family == kFamilyWords.end())
    return std::nullopt;
  facts.family = family->family;
  facts.user_id = *user_id;
  facts.group_id = *group_id;
  facts.home = text_at(json, {"home"});
  facts.entrypoint = texts_at(json, {"entrypoint"});
  facts.working_directory = text_at(json, {"working_directory"});
  return facts;
}

bool is_at_least(const std::string& version, int major, int minor) {
  const char* const end = version.data() + version.size();
  int found_major = 0;
  const auto [after_major, failed_major] = std::from_chars(version.data(), end, found_major);
  if (failed_major != std::errc() || after_major == end || *after_major != '.') return false;
  int found_minor = 0;
  const auto [after_minor, failed_minor] = std::from_chars(after_major + 1, end, found_minor);
  if (failed_minor != std::errc()) return false;
  return std::pair(found_major, found_minor) >= std::pair(major, minor);
}

}  // namespace mino::podman
