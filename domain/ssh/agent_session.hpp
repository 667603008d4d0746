#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ssh/agent_message.hpp"
#include "domain/ssh/known_hosts.hpp"
#include "domain/ssh/sign_content.hpp"
#include "domain/ssh/ssh_crypto.hpp"
#include "domain/ssh/ssh_event.hpp"
#include "domain/ssh/ssh_policy.hpp"

namespace mino {

/// What is to be done next. At most one of the first three is there.
struct AgentStep {
  std::string to_client = {};             ///< the answer to its request
  std::string to_agent = {};              ///< to be sent; its answer goes to AgentSession::answer()
  std::optional<SshEvent> question = {};  ///< for the user; goes to AgentSession::confirmed()
  std::optional<SshEvent> event = {};     ///< before the answer is given
  bool agent_is_broken = false;  ///< it does not keep to the protocol, and is not to be asked again
};

enum class Confirmation { kYes, kNo, kNobody };

/// One connection of a client in a box to the user's SSH agent, which has one of its own to the
/// agent: decides about each request. One request at a time. Pure.
class AgentSession {
 public:
  static constexpr std::size_t kMaxBindings = 16;  ///< as OpenSSH's agent
  static constexpr std::size_t kMaxSessionId = 128;

  /// All outlive this.
  AgentSession(const SshPolicy& policy, const KnownHosts& hosts, const SshCrypto& crypto)
      : policy_(policy), hosts_(hosts), crypto_(crypto) {}

  /// Only when is_idle(). A message without its length. `now` is in seconds since 1970; at 0 no
  /// certificate of a host holds.
  [[nodiscard]] AgentStep request(std::string message, std::uint64_t now = 0);
  /// The agent's answer to what it was sent.
  [[nodiscard]] AgentStep answer(std::string_view message);
  [[nodiscard]] AgentStep confirmed(Confirmation confirmation);
  /// The agent cannot be reached, or gives no answer; `why` is for a person.
  [[nodiscard]] AgentStep agent_failed(std::string why);

  [[nodiscard]] bool is_idle() const { return state_ == State::kIdle; }
  [[nodiscard]] bool waits_for_agent() const {
    return state_ != State::kIdle && state_ != State::kConfirming;
  }
  /// A signature may wait for a person: a touch, a passphrase.
  [[nodiscard]] bool is_signing() const { return state_ == State::kSigning; }

 private:
  enum class State { kIdle, kListing, kLookingUp, kConfirming, kSigning, kBinding };
  struct Key {
    std::string fingerprint;
    std::string comment;
    bool is_allowed = false;
  };
  struct Binding {
    std::string session_id;
    std::string host_key;
    BindRequest::Use use;
    std::string plain_key;                ///< host_key without a certificate around it
    std::string authority;                ///< of that certificate; empty: there is none
    std::vector<std::string> principals;  ///< of one that holds
  };

  AgentStep start(const SignRequest& request);
  AgentStep start(const BindRequest& request, std::uint64_t now);
  AgentStep judge();
  AgentStep granted();
  AgentStep listed(std::string_view message);
  AgentStep looked_up(std::string_view message);
  AgentStep signed_by(std::string_view message);
  AgentStep bound(std::string_view message);
  AgentStep refuse(SshRefusal refusal);
  AgentStep fail(std::string detail);
  AgentStep distrust_agent();
  AgentStep ask_agent(State next, std::string message);

  [[nodiscard]] bool learn_keys(std::string_view message);
  [[nodiscard]] std::vector<AgentKey> visible_keys(std::string_view message) const;
  void describe_login(const LoginContent& login);
  [[nodiscard]] Binding make_binding(const BindRequest& request, std::uint64_t now) const;
  [[nodiscard]] std::optional<std::string> allowed_name_of(const Binding& binding) const;
  [[nodiscard]] bool is_revoked(const Binding& binding) const;
  [[nodiscard]] const Binding* binding_of(std::string_view session_id) const;
  [[nodiscard]] std::optional<SshRefusal> refusal_of(const SignContent& content,
                                                     std::string_view key) const;
  [[nodiscard]] std::optional<SshRefusal> refusal_of(const LoginContent& login) const;

  const SshPolicy& policy_;
  const KnownHosts& hosts_;
  const SshCrypto& crypto_;
  State state_ = State::kIdle;
  std::string request_;  ///< the one under way
  SshEvent event_;       ///< what is known of it
  std::map<std::string, Key, std::less<>> keys_;
  std::vector<Binding> bindings_;
  bool is_for_login_ = false;  ///< a binding for a login is the last one
  bool is_forwarded_ = false;
};

}  // namespace mino
