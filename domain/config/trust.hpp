#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/config/config.hpp"

namespace mino {

/// A project file's entries, sorted by whether they need the user's approval.
struct GatedLayer {
  ConfigLayer narrowing;  ///< may apply at once
  ConfigLayer gated;      ///< apply only when approved
};

/// Sorts a project's entries. `below` is the configuration that it would be laid on (defaults and
/// the user's own file). An entry may apply without approval when it changes nothing or when the
/// schema's rule for its key says that it narrows; everything else is gated.
[[nodiscard]] GatedLayer sort_by_trust(const ConfigLayer& project, const Config& below);
/// Whether this one entry may apply without approval.
[[nodiscard]] bool is_narrowing(const ConfigEntry& entry, const Config& below);

/// A file below `.mino/layers`, path relative to it.
struct LayerFile {
  std::string path;
  std::string bytes;
};

/// The bytes whose digest an approval is bound to: the project file and every file below
/// `.mino/layers`, each name and content preceded by its length, the files sorted by name.
[[nodiscard]] std::string approval_bytes(std::string_view project_file,
                                         std::vector<LayerFile> layers);

/// What the gated entries would do, one line each: `container.volumes = ["/a:/b"]`. Lists and
/// tables show at most five items and how many there are more. For the question and for warnings;
/// free of control characters.
[[nodiscard]] std::vector<std::string> describe_gated(const ConfigLayer& gated);

}  // namespace mino
