#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/credential/credential.hpp"
#include "domain/credential/request.hpp"
#include "domain/json_value.hpp"
#include "domain/secret.hpp"

// The broker of a box answers the SDKs of the providers in their own ways, so that a credential can
// be renewed while the agent runs:
//
//   AWS      GET /aws, `Authorization: <token>`: the container credential provider of the SDKs
//   GCP      GET /computeMetadata/v1/…, `Metadata-Flavor: Google`: the metadata server of Compute
//            Engine, as far as google-auth and its likes in other languages ask it
//   Azure    GET /azure?resource=…, `X-IDENTITY-HEADER: <token>`: managed identity of App Service
//            (api-version 2019-08-01)
//   GitHub   GET /github?host=…, `Authorization: <token>`: text of git's credential helpers
namespace mino {

/// Where the box finds it. The AWS SDKs take credentials over HTTP from this address, which Amazon
/// ECS uses, and from few others.
inline constexpr std::string_view kBrokerAddress = "169.254.170.2";
inline constexpr std::uint16_t kBrokerPort = 80;

// In the session's runtime directory, and in the box.
inline constexpr std::string_view kBrokerDirectoryName = "broker";
inline constexpr std::string_view kBrokerTokenName = "token";
inline constexpr std::string_view kBrokerBoxDirectory = "/run/mino/broker";
inline constexpr std::string_view kBrokerTokenFile = "/run/mino/broker/token";
/// The program that git asks.
inline constexpr std::string_view kBrokerProgram = "/run/mino/mino-credential";

/// What the box may ask for, one a provider.
struct BrokerOffer {
  CredentialProvider provider = CredentialProvider::kAws;
  std::string project;                      ///< GCP; may be empty
  std::string account;                      ///< GCP: the service account, or empty
  std::string host;                         ///< GitHub
  std::vector<std::string> resources = {};  ///< Azure: beside its resource manager
  bool operator==(const BrokerOffer&) const = default;
};
[[nodiscard]] BrokerOffer offer_of(const CredentialRequest& request);

struct BrokerTerms {
  Secret token;  ///< of this session: whoever has it is in the box, or was told by somebody there
  std::vector<BrokerOffer> offers;
};

/// The head of an HTTP request.
struct BrokerRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// Why a request is not answered with a credential.
enum class BrokerRefusal {
  kMalformed,   ///< no HTTP, or more of it than a request of an SDK is
  kMethod,      ///< not GET
  kHost,        ///< `Host` is not the broker's address: a page in a browser of the box, say
  kForwarded,   ///< came through a proxy
  kNoToken,     ///< without the session's token, or the header that a browser cannot send
  kPath,        ///< nothing is there
  kNotOffered,  ///< of a provider that the session has no credential of
  kSubject,     ///< for another account, resource or host than the session's
};
/// A stable word for the audit log: "malformed", "token" …
[[nodiscard]] std::string_view to_string(BrokerRefusal refusal);
[[nodiscard]] std::optional<BrokerRefusal> parse_broker_refusal(std::string_view text);

struct BrokerAnswer {
  int status = 200;
  JsonValue json;  ///< the body, unless it is null
  Secret text;     ///< the body otherwise
  std::optional<BrokerRefusal> refusal;
  std::optional<CredentialProvider> provider;  ///< whom it was about, as far as that is known
};

/// A request that takes a credential to answer.
struct BrokerAsk {
  CredentialProvider provider = CredentialProvider::kAws;
  std::string resource = {};  ///< Azure: as it was asked for
  std::string subject = {};  ///< Azure: which of the offered resources; empty: its resource manager
  bool operator==(const BrokerAsk&) const = default;
};

[[nodiscard]] std::variant<BrokerAnswer, BrokerAsk> judge(const BrokerRequest& request,
                                                          const BrokerTerms& terms);
/// The answer to what is no request.
[[nodiscard]] BrokerAnswer malformed_answer();
/// The credential in the way of its provider.
[[nodiscard]] BrokerAnswer answer_with(const BrokerAsk& ask, const IssuedCredential& issued,
                                       Timestamp now);
/// There is none; `why` holds no secret.
[[nodiscard]] BrokerAnswer answer_without(const BrokerAsk& ask, const std::string& why);

/// The names of the variables that lead programs in the box to the broker.
[[nodiscard]] std::vector<std::string> broker_variable_names(const CredentialRequest& request);
/// The same with their values.
[[nodiscard]] std::map<std::string, Secret> broker_variables(const CredentialRequest& request,
                                                             const Secret& token);

}  // namespace mino
