#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/notices.hpp"

namespace mino::fakes {

/// Remembers what was said.
class FakeNotices final : public Notices {
 public:
  struct Warning {
    std::string text;
    std::string hint;
    bool operator==(const Warning&) const = default;
  };

  void warn(std::string_view text, std::string_view hint) override {
    warnings.push_back({std::string(text), std::string(hint)});
  }
  void progress(std::string_view text) override { progresses.emplace_back(text); }
  void info(std::string_view text) override { infos.emplace_back(text); }
  void debug(std::string_view text) override { debugs.emplace_back(text); }

  /// Whether a warning holds `part` in its text or hint.
  [[nodiscard]] bool warned(std::string_view part) const {
    for (const Warning& warning : warnings) {
      if (warning.text.find(part) != std::string::npos) return true;
      if (warning.hint.find(part) != std::string::npos) return true;
    }
    return false;
  }

  std::vector<Warning> warnings;
  std::vector<std::string> progresses;
  std::vector<std::string> infos;
  std::vector<std::string> debugs;
};

}  // namespace mino::fakes
