#pragma once

#include "domain/json_value.hpp"
#include "domain/result.hpp"
#include "domain/run/host_facts.hpp"
#include "domain/session/session_record.hpp"
#include "ports/engine_storage.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mino::podman {

// What podman prints as JSON, read into values. Members come and go between its versions: what is
// missing is left empty unless nothing makes sense without it (kCorrupt).

/// `podman info`.
[[nodiscard]] Result<EngineFacts> engine_facts_from_info(const JsonValue& json);

/// `podman image inspect`: everything but the ids and the home directory of the user, which are in
/// the image's own files.
[[nodiscard]] Result<ImageFacts> image_facts_from_inspect(const JsonValue& json);

/// The id of the image with exactly that name in the storage library's images.json.
[[nodiscard]] std::optional<std::string> image_id_from_store(const JsonValue& json,
                                                             const std::string& reference);

/// One container of `podman ps --all --external`.
struct ListedContainer {
  std::string id;
  std::vector<std::string> names;
  std::string state;  ///< "running", "exited", "created" …; "storage": only its files are there,
                      ///< podman does not know it
  std::string session;               ///< value of the label of a box; may be empty
  std::int64_t created_seconds = 0;  ///< since the epoch
  bool operator==(const ListedContainer&) const = default;
};
[[nodiscard]] Result<std::vector<ListedContainer>> containers_from_ps(const JsonValue& json);

/// One volume of `podman volume ls`.
struct ListedVolume {
  std::string name;
  bool anonymous = false;
  std::optional<Timestamp> created;
  std::map<std::string, std::string> labels;
  std::string mount_point;
  bool operator==(const ListedVolume&) const = default;
};
[[nodiscard]] Result<std::vector<ListedVolume>> volumes_from_ls(const JsonValue& json);

/// `podman images`.
[[nodiscard]] Result<std::vector<StoredImage>> images_from_ls(const JsonValue& json);

// How facts are kept in the cache.

[[nodiscard]] JsonValue to_json(const EngineFacts& facts);
/// Nothing when it was not written by this version of the code.
[[nodiscard]] std::optional<EngineFacts> engine_facts_from_json(const JsonValue& json);
[[nodiscard]] JsonValue to_json(const ImageFacts& facts);
[[nodiscard]] std::optional<ImageFacts> image_facts_from_json(const JsonValue& json);

/// Whether a version such as "4.3.1" or "5.0.0-dev" is at least `major.minor`. False for what is no
/// version.
[[nodiscard]] bool is_at_least(const std::string& version, int major, int minor);

}  // namespace mino::podman
