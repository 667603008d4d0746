#pragma once

#include <memory>

#include "domain/secret.hpp"
#include "ports/environment.hpp"
#include "ports/notices.hpp"

namespace mino::log {

enum class Verbosity { kQuiet, kNormal, kInfo, kDebug };
enum class LogFormat { kText, kJson };
enum class Colour { kOff, kOn };

/// On when the descriptor is a terminal and neither NO_COLOR (not empty) nor TERM=dumb forbids it.
[[nodiscard]] Colour colour_for(int descriptor, const Environment& environment);

struct NoticeOptions {
  Verbosity verbosity = Verbosity::kNormal;
  LogFormat format = LogFormat::kText;
  Colour colour = Colour::kOff;  ///< of text
  int descriptor = 2;            ///< borrowed
};

/// Notices through spdlog. Text is made safe for a terminal: of the control characters only newline
/// and tab are kept.
class SpdlogNotices final : public Notices {
 public:
  explicit SpdlogNotices(const NoticeOptions& options);
  ~SpdlogNotices() override;

  void warn(std::string_view text, std::string_view hint) override;
  void progress(std::string_view text) override;
  void info(std::string_view text) override;
  void debug(std::string_view text) override;

  /// From now on written as "***" wherever it occurs.
  void hide(Secret secret);
  /// For options that a configuration file sets after the first notices.
  void set_options(const NoticeOptions& options);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mino::log
