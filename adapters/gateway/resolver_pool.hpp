#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/gateway/dialler.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/resolver_worker.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/ip_address.hpp"

namespace mino::gateway {

/// What became of a question.
struct Resolution {
  enum class Kind : std::uint8_t {
    kAnswered,    ///< `addresses`, at least one, none twice, in the resolver's order
    kNoSuchName,  ///< the resolver says so, or the name has no address
    kFailed,      ///< `error`: ETIMEDOUT when it took too long, else 0
  };
  Kind kind = Kind::kFailed;
  int error = 0;
  std::vector<IpAddress> addresses;
};

/// Resolves names in processes of their own, because getaddrinfo(3) cannot be cancelled: one that
/// takes too long is killed, and the next question gets a new one. A process is started when a
/// question finds none idle, up to DiallerOptions::resolvers. Dropping the pool ends them all.
class ResolverPool {
 public:
  /// Called from ask() or from the loop with the id that asked; may call ask() and forget().
  using Answered = std::function<void(std::uint64_t id, const Resolution&)>;

  /// `loop` and `options` outlive the pool.
  ResolverPool(EventLoop& loop, const DiallerOptions& options, ResolveFunction resolve,
               Answered answered);
  ~ResolverPool();
  ResolverPool(const ResolverPool&) = delete;
  ResolverPool& operator=(const ResolverPool&) = delete;

  /// A question for a name that is already on its way is not asked twice, and an answer serves for
  /// a second.
  void ask(std::uint64_t id, const std::string& name);
  /// `id` gets no answer any more.
  void forget(std::uint64_t id, const std::string& name);

 private:
  struct Question {
    std::vector<std::uint64_t> waiting;
    EventLoop::Timer deadline{};  ///< first for getting a worker, then for the worker's answer
  };
  struct Worker {
    posix::ChildProcess process;
    posix::UniqueFd socket;
    EventLoop::Watch watch;
    std::string name;  ///< empty: idle
  };
  /// Killed, but not reaped yet.
  struct Retired {
    posix::ChildProcess process;
    EventLoop::Watch watch;
  };
  struct Cached {
    Resolution resolution;
    std::chrono::steady_clock::time_point until;
  };
  using Slot = std::optional<Worker>;

  void dispatch();
  /// A slot with an idle worker, starting one if need be; nothing when none can be had.
  Slot* idle_slot();
  [[nodiscard]] bool start_worker(Slot& slot);
  [[nodiscard]] bool anyone_busy() const;
  void received(Slot& slot);
  void expired(const std::string& name);
  /// Kills the worker of the slot; its end is awaited by the loop.
  void retire(Slot& slot);
  void reap(pid_t pid);
  void settle(const std::string& name, const Resolution& resolution);
  [[nodiscard]] const Resolution* cached(const std::string& name);
  void remember(const std::string& name, const Resolution& resolution);

  EventLoop& loop_;
  const DiallerOptions& options_;
  ResolveFunction resolve_;
  Answered answered_;
  std::vector<Slot> slots_;  ///< never resized: callbacks of the loop refer to its elements
  std::map<std::string, Question> questions_;
  std::deque<std::string> queue_;  ///< of those in questions_ that no worker has yet
  std::map<std::string, Cached> cache_;
  std::map<pid_t, Retired> retired_;
};

}  // namespace mino::gateway
