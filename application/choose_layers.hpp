#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "application/config_set.hpp"
#include "application/resolve_layers.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "ports/notices.hpp"
#include "ports/prompter.hpp"

namespace mino::application {

/// Asks, once, what boxes are to be made of, when nothing at all says so: the default image, mino's
/// base image, or layers on it. The answer goes where the user wants it.
class ChooseLayers {
 public:
  struct Ports {
    Prompter& prompter;
    SetConfig& set_config;
    Notices& notices;
  };
  struct Places {
    std::filesystem::path user_file;
    std::filesystem::path project_file;
  };

  /// All must outlive this.
  ChooseLayers(Ports ports, ResolveLayers& layers, Places places)
      : ports_(ports), layers_(layers), places_(std::move(places)) {}

  /// Changes `config`, in which an answer counts like the flag that says the same; leaves it alone
  /// when there is nothing to ask or nobody to answer. `variable` is MINO_LAYERS, `user` the
  /// configuration below the project's file. What was written is in the result. Blocks until
  /// answered; kDeclined on Ctrl-C.
  [[nodiscard]] Result<std::optional<WrittenConfig>> execute(
      Config& config, const std::optional<std::string>& variable, const Config& user);

 private:
  struct Choice {
    std::string key;
    std::string value;
  };
  [[nodiscard]] Result<Choice> ask(const Config& config);
  [[nodiscard]] Result<std::optional<WrittenConfig>> save(const Choice& choice, const Config& user);

  Ports ports_;
  ResolveLayers& layers_;
  Places places_;
};

}  // namespace mino::application
