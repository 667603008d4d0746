#pragma once

#include "domain/result.hpp"
#include "ports/environment.hpp"

#include <cstdio>
#include <string_view>

namespace mino::cli {

enum class Colour { kNever, kAlways };
enum class StreamKind { kTerminal, kOther };

/// Where text goes. A reader that has gone away (EPIPE) is not an error: what follows is dropped
/// quietly.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;

  virtual void write(std::string_view text) = 0;
  /// Hands everything on. The error is the first that any write met, and is reported once.
  virtual Result<void> flush() = 0;
  /// Whether nobody reads any more; a command that follows something ends then.
  [[nodiscard]] virtual bool closed() const = 0;
};

/// A Writer over a stream of the C library, which it borrows.
class StdioWriter final : public Writer {
 public:
  /// `name` is what the stream is called in an error: "standard output".
  StdioWriter(std::FILE* stream, std::string_view name) : stream_(stream), name_(name) {}

  void write(std::string_view text) override;
  Result<void> flush() override;
  [[nodiscard]] bool closed() const override { return closed_; }

 private:
  void failed(int error_number);

  std::FILE* stream_;
  std::string_view name_;
  int first_errno_ = 0;
  bool closed_ = false;
};

/// What a command talks through. Data goes to `out` and nothing else does; progress, warnings and
/// errors go to `err`. The writers are borrowed.
struct Io {
  Writer& out;
  Writer& err;
  Colour out_colour = Colour::kNever;
  Colour err_colour = Colour::kNever;
  int width = 100;  ///< columns for help and tables
};

/// Colour only on a terminal, without NO_COLOR (set and not empty) and with a TERM other than
/// "dumb".
[[nodiscard]] Colour decide_colour(StreamKind stream, const Environment& environment);

}  // namespace mino::cli
