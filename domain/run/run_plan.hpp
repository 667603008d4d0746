#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/cache/planned_cache.hpp"
#include "domain/credential/request.hpp"
#include "domain/json_value.hpp"
#include "domain/network/egress_policy.hpp"
#include "domain/network/network_mode.hpp"
#include "domain/protect/protection.hpp"
#include "domain/run/broker_plan.hpp"
#include "domain/run/git_defaults.hpp"
#include "domain/run/grant.hpp"
#include "domain/run/mount.hpp"
#include "domain/run/ssh_plan.hpp"
#include "domain/session/session_name.hpp"

namespace mino {

enum class RootAccess { kWritable, kReadOnly };
enum class AfterEnd { kRemove, kKeep };
enum class Attachment { kForeground, kDetached };
enum class AgentStreams { kTerminal, kPipes };
enum class LogPolicy { kOff, kLines };

/// How users of the box are mapped to the host.
struct UserMapping {
  enum class Kind {
    kRootIsUser,  ///< the box's root is the host user; for images that run as root
    kKeepId,      ///< the box's user_id:group_id is the host user; for images with a user
  };
  Kind kind = Kind::kRootIsUser;
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
  bool operator==(const UserMapping&) const = default;
};

struct Limits {
  std::int64_t pids = 4096;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::string> cpus;  ///< a positive decimal number
  bool operator==(const Limits&) const = default;
};

/// What the box is made from.
struct ImageChoice {
  enum class Kind { kReference, kHost };
  Kind kind = Kind::kReference;
  std::string reference;                  ///< as the user wrote it, after aliases; "host" for kHost
  std::string root;                       ///< kHost: the skeleton directory
  std::optional<std::string> entrypoint;  ///< replaces the image's; empty string means none
  bool operator==(const ImageChoice&) const = default;
};

/// What runs: a command, or the first shell of the candidates that the box has.
struct AgentCommand {
  enum class Kind { kCommand, kShell };
  Kind kind = Kind::kShell;
  std::vector<std::string> words;  ///< argv, or the shells to try
  bool operator==(const AgentCommand&) const = default;
};

/// The shells that are tried in a box when none was chosen. zsh is not among them: outside an image
/// that configures it, its first start asks questions.
[[nodiscard]] std::vector<std::string> default_shells();

/// Origins of variables that nobody chose.
inline constexpr std::string_view kDefaultOrigin = "default";
inline constexpr std::string_view kCacheOrigin = "cache";

/// One variable of the agent. Its value is held elsewhere and is no part of the plan.
struct PlannedVariable {
  std::string name;
  std::string origin;  ///< kDefaultOrigin, kCacheOrigin, a file's place, or the flag
  bool operator==(const PlannedVariable&) const = default;
};

/// What enforces an allow-list.
enum class NetworkEngine {
  kGateway,   ///< a process outside the box, which has no route out
  kIptables,  ///< packet filter rules in the box's network namespace, loaded from outside it
};

/// The network of a box with egress rules (NetworkMode::kAllowList).
struct EgressPlan {
  NetworkEngine engine = NetworkEngine::kGateway;
  EgressPolicy policy;
  std::vector<IpAddress> resolvers;  ///< kIptables: whom the box may ask for names
  std::string helper_program;        ///< host path of mino-helper
  bool operator==(const EgressPlan&) const = default;
};

/// A credential that is had from the provider's program, or the cache, when the run starts.
struct PlannedCredential {
  CredentialProvider provider = CredentialProvider::kAws;
  std::string identity;  ///< identity_summary()
  std::string origin;    ///< of the wish for it
  bool operator==(const PlannedCredential&) const = default;
};

/// What becomes of a run that lacks a credential.
enum class LackingCredential { kIsWarnedOf, kEndsTheRun };

/// Why one value of the plan is what it is.
struct Decision {
  std::string subject;  ///< "image", "network" …
  std::string value;
  std::string origin;  ///< "default", "--image", "/home/u/.config/mino/config.toml:3:9"
  std::string reason;  ///< may be empty
  bool operator==(const Decision&) const = default;
};

/// Everything that is decided about one run, before anything is done. A value: it points to nothing
/// in the world and holds no secret, so it can be printed, compared and tested.
struct RunPlan {
  SessionName session;
  std::string container_name;
  std::string project;  ///< canonical path on the host
  std::string workdir;  ///< in the box
  std::string hostname;
  std::string runtime_dir;   ///< the session's directory on the host
  std::string init_program;  ///< host path
  ImageChoice image;
  UserMapping user;
  AgentCommand command;
  AgentStreams streams = AgentStreams::kPipes;
  Attachment attachment = Attachment::kForeground;
  NetworkMode network = NetworkMode::kBridge;
  std::optional<EgressPlan> egress;          ///< exactly with NetworkMode::kAllowList
  std::optional<ProtectionPlan> protection;  ///< nothing: the box may write all of the project
  std::optional<GitIdentity> git_identity;   ///< of commits in the box
  std::optional<SshPlan> ssh;                ///< nothing: the box has no SSH agent
  std::optional<BrokerPlan> broker;          ///< nothing: credentials are variables
  RootAccess root = RootAccess::kWritable;
  AfterEnd after_end = AfterEnd::kRemove;
  Limits limits;
  std::vector<Mount> mounts;
  std::vector<PlannedVariable> environment;
  std::vector<PlannedCredential> credentials;
  LackingCredential lacking_credential = LackingCredential::kIsWarnedOf;
  std::vector<std::string> path_prepend;  ///< directories put before the box's PATH
  LogPolicy log = LogPolicy::kLines;
  std::int64_t log_max_bytes = 0;
  std::int64_t stop_grace_seconds = 10;
  std::optional<std::string> home_volume;
  std::vector<PlannedCache> caches;
  /// The names and values of the variables that lead programs to their caches.
  std::vector<std::pair<std::string, std::string>> cache_variables;
  std::vector<Grant> grants;
  std::vector<Decision> decisions;
  std::vector<std::string> warnings;

  bool operator==(const RunPlan&) const = default;
};

enum class PlanDetail { kValues, kReasons };

/// The plan for a person: one aligned line a decision, with its reason if asked for, then the
/// grants, mounts, variables by name, and warnings. Holds no control character but the line feed.
[[nodiscard]] std::string to_text(const RunPlan& plan, PlanDetail detail);
/// The plan with its values only.
[[nodiscard]] inline std::string to_text(const RunPlan& plan) {
  return to_text(plan, PlanDetail::kValues);
}
/// The plan for a program; `schema` 1.
[[nodiscard]] JsonValue to_json(const RunPlan& plan);

}  // namespace mino
