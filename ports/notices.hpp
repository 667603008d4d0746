#pragma once

#include <string_view>

namespace mino {

/// What the user is told beside the result: stderr, one line each. Never blocks for long, never
/// fails.
class Notices {
 public:
  Notices() = default;
  Notices(const Notices&) = delete;
  Notices& operator=(const Notices&) = delete;
  virtual ~Notices() = default;

  /// `warning: <text>` and, when not empty, `hint: <hint>`. Silenced by --quiet.
  virtual void warn(std::string_view text, std::string_view hint) = 0;
  /// Progress a person waits for, e.g. that an image is being pulled. Silenced by --quiet.
  virtual void progress(std::string_view text) = 0;
  /// Diagnostics, shown with -v.
  virtual void info(std::string_view text) = 0;
  /// Diagnostics, shown with -vv.
  virtual void debug(std::string_view text) = 0;
};

}  // namespace mino
