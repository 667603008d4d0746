#include "adapters/log/spdlog_notices.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_error.hpp"

namespace mino::log {
namespace {

using Level = spdlog::level::level_enum;

/// A terminal that shows what it gets as it is, such as one that an agent draws on: a line feed
/// alone would not go back to the first column.
bool is_raw_terminal(int descriptor) {
  termios mode{};
  return ::tcgetattr(descriptor, &mode) == 0 && (mode.c_oflag & tcflag_t{OPOST}) == 0;
}

/// Writes each message with one write(2), so that lines of several processes stay whole. What
/// cannot be written is lost: there is no other place to say so.
class DescriptorSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    std::string lines(text.data(), text.size());
    if (is_raw_terminal(descriptor_)) {
      for (std::size_t at = lines.find('\n'); at != std::string::npos;
           at = lines.find('\n', at + 2))
        lines.insert(at, 1, '\r');
    }
    std::string_view rest = lines;
    while (!rest.empty()) {
      const ssize_t written =
          posix::retry([&] { return ::write(descriptor_, rest.data(), rest.size()); });
      if (written <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void flush_() override {}

 private:
  int descriptor_;
};

Level threshold_of(Verbosity verbosity) {
  switch (verbosity) {
    case Verbosity::kQuiet:
      return Level::off;
    case Verbosity::kNormal:
      return Level::warn;
    case Verbosity::kInfo:
      return Level::info;
    case Verbosity::kDebug:
      return Level::debug;
  }
  return Level::warn;
}

struct Notice {
  std::string_view kind;    ///< the word before the colon, and `level` in JSON
  std::string_view colour;  ///< of that word
  std::string text;
  std::string hint;
};

std::string without_control_characters(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F; }, '?');
  return text;
}

std::string labelled(std::string_view label, std::string_view colour, std::string_view text,
                     Colour colours) {
  if (label.empty()) return std::string(text);
  if (colours == Colour::kOff) return fmt::format("{}: {}", label, text);
  return fmt::format("\x1b[{}m{}:\x1b[0m {}", colour, label, text);
}

std::string to_text(const Notice& notice, Colour colours) {
  constexpr std::string_view kCyan = "36";
  const std::string_view label = notice.kind == "progress" ? "" : notice.kind;
  std::string text =
      labelled(label, notice.colour, without_control_characters(notice.text), colours);
  if (!notice.hint.empty())
    text += "\n" + labelled("hint", kCyan, without_control_characters(notice.hint), colours);
  return text;
}

std::string to_json_line(const Notice& notice) {
  JsonValue::Object members = {{"level", notice.kind}, {"message", notice.text}};
  if (!notice.hint.empty()) members.emplace_back("hint", notice.hint);
  return json::RapidJsonCodec().write(members, JsonLayout::kCompact);
}

}  // namespace

Colour colour_for(int descriptor, const Environment& environment) {
  const bool forbidden = !environment.get("NO_COLOR").value_or("").empty() ||
                         environment.get("TERM").value_or("") == "dumb";
  return !forbidden && ::isatty(descriptor) == 1 ? Colour::kOn : Colour::kOff;
}

struct SpdlogNotices::State {
  explicit State(const NoticeOptions& initial) : options(initial), logger(make_logger(initial)) {}

  static spdlog::logger make_logger(const NoticeOptions& options) {
    spdlog::logger made("mino", std::make_shared<DescriptorSink>(options.descriptor));
    made.set_level(threshold_of(options.verbosity));
    // spdlog's own handler would print to stderr.
    made.set_error_handler([](const std::string&) {});
    // The message is finished by us: spdlog's patterns escape nothing.
    made.set_formatter(
        std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n"));
    return made;
  }

  void write(Level level, Notice notice) {
    if (!logger.should_log(level)) return;
    notice.text = redact(std::move(notice.text), secrets);
    notice.hint = redact(std::move(notice.hint), secrets);
    const bool json = options.format == LogFormat::kJson;
    logger.log(level, spdlog::string_view_t(json ? to_json_line(notice)
                                                 : to_text(notice, options.colour)));
  }

  NoticeOptions options;
  spdlog::logger logger;
  std::vector<Secret> secrets;
};

SpdlogNotices::SpdlogNotices(const NoticeOptions& options)
    : state_(std::make_unique<State>(options)) {}

SpdlogNotices::~SpdlogNotices() = default;

void SpdlogNotices::warn(std::string_view text, std::string_view hint) {
  state_->write(Level::warn, {"warning", "1;33", std::string(text), std::string(hint)});
}

void SpdlogNotices::progress(std::string_view text) {
  state_->write(Level::warn, {"progress", "", std::string(text), ""});
}

void SpdlogNotices::info(std::string_view text) {
  state_->write(Level::info, {"info", "32", std::string(text), ""});
}

void SpdlogNotices::debug(std::string_view text) {
  state_->write(Level::debug, {"debug", "2", std::string(text), ""});
}

void SpdlogNotices::hide(Secret secret) { state_->secrets.push_back(std::move(secret)); }

void SpdlogNotices::set_options(const NoticeOptions& options) {
  state_->options = options;
  state_->logger = State::make_logger(options);
}

}  // namespace mino::log
