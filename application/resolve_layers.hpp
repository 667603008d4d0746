#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/project_layers.hpp"
#include "domain/layer/layer.hpp"
#include "domain/result.hpp"
#include "ports/audit_sink.hpp"
#include "ports/clock.hpp"
#include "ports/config_source.hpp"
#include "ports/file_system.hpp"
#include "ports/notices.hpp"
#include "ports/prompter.hpp"
#include "ports/trust_store.hpp"

namespace mino::application {

/// A file of a layer that mino carries: "rust/layer.toml". Both outlive whoever is given it.
struct CarriedLayerFile {
  std::string_view path;
  std::string_view bytes;
};

/// Finds layers by name: in the project (when approved), among the user's, among mino's own. Each
/// file is read once: what is looked at, digested and built is the same.
class ResolveLayers {
 public:
  static constexpr std::size_t kMaxScriptBytes = std::size_t{1024} * 1024;

  struct Ports {
    const FileSystem& files;
    const ConfigSource& source;
    TrustStore& trust;
    const Clock& clock;
    Prompter& prompter;
    AuditSink& audit;
    Notices& notices;
  };
  struct Places {
    std::filesystem::path user;              ///< the directory of the user's layers
    std::vector<CarriedLayerFile> built_in;  ///< sorted by path or not
    std::optional<ProjectLayers> project;
  };
  enum class Approving { kMayAsk, kNever };

  /// The ports must outlive this.
  ResolveLayers(Ports ports, Places places);

  /// The layers of those names (which are no aliases), in order. A project's layer that nobody
  /// approved is asked about if it may be, else passed over with a warning that names it. kNotFound
  /// for a name that nothing has, kConfig for a layer that is broken, kDeclined when the question
  /// is broken off.
  [[nodiscard]] Result<std::vector<Layer>> resolve(const std::vector<std::string>& names,
                                                   Approving approving);

  /// One of a listing.
  struct Listed {
    std::string name;
    LayerSource source = LayerSource::kBuiltIn;
    std::string place;
    std::string description;
    std::string version;
    std::string problem;   ///< why it cannot be used; empty when it can
    bool approved = true;  ///< false: a project's, and nobody approved it
    bool hidden = false;   ///< one that comes before it has the same name
  };
  /// Everything that resolve() looks through, by name, in the order in which it does.
  [[nodiscard]] Result<std::vector<Listed>> list() const;

  [[nodiscard]] const std::filesystem::path& user_directory() const { return places_.user; }

 private:
  [[nodiscard]] Result<Layer> find(const std::string& name, Approving approving);
  [[nodiscard]] Result<bool> may_use_project(const std::string& name, Approving approving);
  [[nodiscard]] Result<std::optional<Layer>> project_layer(const std::string& name) const;
  [[nodiscard]] Result<std::optional<Layer>> user_layer(const std::string& name) const;
  [[nodiscard]] Result<std::optional<Layer>> built_in_layer(const std::string& name) const;
  [[nodiscard]] Result<void> check_user_directory(const std::filesystem::path& directory) const;
  [[nodiscard]] Result<std::optional<std::string>> read_user_file(const std::filesystem::path& file,
                                                                  std::size_t max_bytes) const;
  struct Texts {
    std::string manifest;
    std::optional<std::string> script;
  };
  [[nodiscard]] Result<Layer> parse(const std::string& name, LayerSource source,
                                    const std::string& place, Texts texts) const;
  [[nodiscard]] std::vector<std::string> names_in_project() const;
  [[nodiscard]] std::filesystem::path project_directory() const;

  Ports ports_;
  Places places_;
};

}  // namespace mino::application
