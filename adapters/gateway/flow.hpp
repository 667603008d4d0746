#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "adapters/gateway/pipe_pool.hpp"

namespace mino::gateway {

/// One direction of a connection: bytes from one socket to another, without a copy in this process
/// where nobody has to see them. Its end is passed on as a half-close.
class Flow {
 public:
  enum class Step {
    kBlocked,  ///< waits for readable(), writable() or read_on()
    kAgain,    ///< there is more; others come first
    kDone,     ///< the source has ended, and so has everything that it sent
    kFailed,   ///< a socket has failed
  };

  /// The sockets are non-blocking and outlive this. `wake` has pump() called soon.
  Flow(PipePool& pipes, int from, int to, std::function<void()> wake);
  ~Flow();
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  /// Edges of epoll.
  void readable() { readable_ = true; }
  void writable() { writable_ = true; }
  /// From now on the source is read here; before that and after hold() it is read by somebody else,
  /// who calls send().
  void read_on() { reading_ = true; }
  void hold() { reading_ = false; }
  /// Bytes to be sent before any that are read here.
  void send(std::string bytes);
  /// The source has ended, as read by somebody else.
  void source_ended() { ended_ = true; }
  /// Everything given to send() is on its way.
  [[nodiscard]] bool idle() const { return offset_ == first_.size() && in_pipe_ == 0; }

  [[nodiscard]] Step pump();
  [[nodiscard]] bool done() const { return done_; }
  /// Written to the destination.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  enum class Progress { kMoved, kBlocked, kFailed };
  [[nodiscard]] Progress write_first();
  [[nodiscard]] Progress empty_pipe();
  [[nodiscard]] Progress fill_pipe();
  void release_pipe();

  PipePool& pipes_;
  int from_;
  int to_;
  std::function<void()> wake_;
  bool readable_ = true;
  bool writable_ = true;
  bool reading_ = false;
  bool ended_ = false;
  bool done_ = false;
  bool waits_for_pipe_ = false;
  std::string first_;
  std::size_t offset_ = 0;
  std::optional<Pipe> pipe_;
  std::size_t in_pipe_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace mino::gateway
