#pragma once

#include "cli/io.hpp"
#include "ports/environment.hpp"

#include <memory>

namespace mino::cli {

/// What every command needs, made before the command line is read, at almost no cost.
class ProcessStreams {
 public:
  /// Once, first thing in main: repairs missing standard streams and makes broken pipes errors.
  ProcessStreams();
  ~ProcessStreams();
  ProcessStreams(const ProcessStreams&) = delete;
  ProcessStreams& operator=(const ProcessStreams&) = delete;

  /// Borrowed from this object, as what it refers to.
  [[nodiscard]] Io& io() { return io_; }
  [[nodiscard]] const Environment& environment() const { return *environment_; }

 private:
  std::unique_ptr<Environment> environment_;
  StdioWriter out_;
  StdioWriter err_;
  Io io_;
};

}  // namespace mino::cli
