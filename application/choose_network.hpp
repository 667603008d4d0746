#pragma once

#include <filesystem>

#include "application/config_set.hpp"
#include "domain/config/config.hpp"
#include "domain/result.hpp"
#include "ports/notices.hpp"
#include "ports/prompter.hpp"

namespace mino::application {

/// Asks, once, which network boxes are to have, when nothing at all says so. The answer is written
/// to the user's file, the default included, so that it is not asked again.
class ChooseNetwork {
 public:
  /// All must outlive this.
  ChooseNetwork(Prompter& prompter, SetConfig& set_config, Notices& notices)
      : prompter_(prompter), set_config_(set_config), notices_(notices) {}

  /// Changes `config`, in which an answer counts like the flag that says the same; leaves it alone
  /// when there is nothing to ask or nobody to answer. `user_file` is where the answer goes; one
  /// that cannot be written is a warning. Blocks until answered; kDeclined on Ctrl-C.
  [[nodiscard]] Result<void> execute(Config& config, const std::filesystem::path& user_file);

 private:
  Prompter& prompter_;
  SetConfig& set_config_;
  Notices& notices_;
};

}  // namespace mino::application
