#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/gateway/client_hello.hpp"
#include "adapters/gateway/dial_protocol.hpp"
#include "adapters/gateway/event_loop.hpp"
#include "adapters/gateway/flow.hpp"
#include "adapters/gateway/http_requests.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/network/egress_event.hpp"
#include "domain/network/egress_policy.hpp"

namespace mino::gateway {

/// Where a connection of the box wanted to go.
struct ConnectionTarget {
  std::optional<HostName> name;  ///< that the address was handed out for
  IpAddress address;             ///< the original destination
  std::uint16_t port = 0;
};

/// What a connection needs of the gateway.
class ConnectionHost {
 public:
  ConnectionHost() = default;
  ConnectionHost(const ConnectionHost&) = delete;
  ConnectionHost& operator=(const ConnectionHost&) = delete;
  virtual ~ConnectionHost() = default;

  [[nodiscard]] virtual EventLoop& loop() = 0;
  [[nodiscard]] virtual PipePool& pipes() = 0;
  virtual void dial(const DialRequest& request) = 0;
  /// The answer is not waited for any more.
  virtual void cancel_dial(std::uint64_t id) = 0;
  virtual void report(const EgressEvent& event) = 0;
  /// pump() is called after what is ready now, if the connection is still there.
  virtual void pump_later(std::uint64_t id) = 0;
  /// It needs no more attention than a relay does; called once at most.
  virtual void settled() = 0;
  /// It is over; the host drops it, later.
  virtual void finished(std::uint64_t id) = 0;
};

/// One TCP connection of the box, from its acceptance to its end: refused with words the client
/// understands, or dialled, looked at and relayed.
class Connection {
 public:
  /// `host` outlives this.
  Connection(ConnectionHost& host, std::uint64_t id, posix::UniqueFd client,
             ConnectionTarget target);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start(const EgressPolicy& policy);
  void dialled(const DialReply& reply, posix::UniqueFd server);
  /// Ends it when the rules do not allow it any more.
  void rules_changed(const EgressPolicy& policy);
  /// Ends it now, whatever it does, with its byte counts reported.
  void end();
  /// Moves what can be moved.
  void pump();

 private:
  enum class State {
    kRefusing,  ///< waits for the first bytes, to refuse in their language
    kLeaving,   ///< refused with words; the client may read them
    kDialling,
    kInspecting,  ///< the server may speak; the client's bytes are held until they are known
    kHttp,        ///< every request is looked at
    kRelaying,
    kOver,
  };

  [[nodiscard]] EgressVerdict verdict(const EgressPolicy& policy) const;
  [[nodiscard]] EgressEvent event(EgressEvent::Kind kind) const;
  void request_dial(const EgressPolicy& policy);
  void report_denied(DenyReason reason, std::string detail);
  void refuse(DenyReason reason, std::string detail);
  void answer_refusal();
  void leave_with(std::string_view words);
  void fail(const DialReply& reply);
  void client_ready(std::uint32_t events);
  void server_ready(std::uint32_t events);
  void begin_relay();
  void inspect();
  void inspect_hello(std::string_view fresh);
  void check_server_name(const ClientHello& hello);
  void read_requests();
  void requests_progress();
  void await_upgrade();
  void relay_rest();
  void settle();
  void start_timer(std::chrono::milliseconds patience, EventLoop::Action due);
  void stop_timer();
  void schedule_pump();
  enum class Ending { kOrderly, kReset };
  void close(Ending ending);
  /// Bytes of the client; empty when there are none now. Sets client_ended_.
  [[nodiscard]] std::string read_client();
  void drain_client();

  ConnectionHost& host_;
  std::uint64_t id_;
  posix::UniqueFd client_;
  posix::UniqueFd server_;
  ConnectionTarget target_;
  std::string rule_;
  std::string address_;
  std::string detail_;
  State state_ = State::kDialling;
  DenyReason refusal_ = DenyReason::kNoRule;
  bool opened_ = false;
  bool settled_ = false;
  bool client_ended_ = false;
  bool client_failed_ = false;
  bool server_failed_ = false;
  bool pump_scheduled_ = false;
  std::string first_;  ///< of the client, held while they are looked at
  std::optional<ClientHelloReader> hello_;
  std::optional<HttpRequests> requests_;
  std::optional<HttpStatusReader> status_;
  std::optional<Flow> up_;
  std::optional<Flow> down_;
  EventLoop::Watch client_watch_ = 0;
  EventLoop::Watch server_watch_ = 0;
  std::optional<EventLoop::Timer> timer_;
};

}  // namespace mino::gateway
