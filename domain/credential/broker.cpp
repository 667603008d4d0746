#include "domain/credential/broker.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace mino {
namespace {

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;
constexpr int kUnavailable = 503;

struct RefusalWord {
  BrokerRefusal refusal;
  std::string_view word;
};
constexpr std::array<RefusalWord, 8> kRefusalWords{{{BrokerRefusal::kMalformed, "malformed"},
                                                    {BrokerRefusal::kMethod, "method"},
                                                    {BrokerRefusal::kHost, "host"},
                                                    {BrokerRefusal::kForwarded, "forwarded"},
                                                    {BrokerRefusal::kNoToken, "token"},
                                                    {BrokerRefusal::kPath, "path"},
                                                    {BrokerRefusal::kNotOffered, "not-offered"},
                                                    {BrokerRefusal::kSubject, "subject"}}};

constexpr std::string_view kMetadata = "/computeMetadata/v1/";
constexpr std::string_view kAccounts = "instance/service-accounts";
constexpr std::string_view kGoogleScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::string_view kDefaultAccount = "default";

/// A credential for Azure is for its resource manager, which has two names.
constexpr std::array<std::string_view, 2> kAzureResources{"https://management.azure.com",
                                                          "https://management.core.windows.net"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

/// The one field of that name; nothing when there are none or several.
std::optional<std::string_view> field(const BrokerRequest& request, std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : request.fields) {
    if (!is_name(key, name)) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

bool has_field(const BrokerRequest& request, std::string_view name) {
  return std::ranges::any_of(request.fields,
                             [name](const auto& each) { return is_name(each.first, name); });
}

bool has_token(const BrokerRequest& request, std::string_view name, const Secret& token) {
  const auto value = field(request, name);
  return value && !token.empty() && same_secret(Secret(std::string(*value)), token);
}

int digit_of(char c) {
  constexpr int kTen = 10;
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + kTen : -1;
}

/// Percent-decoded; what is no encoding stands for itself.
std::string decoded(std::string_view text) {
  constexpr int kSixteen = 16;
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 &&
        digit_of(text[i + 2]) >= 0) {
      result += static_cast<char>(digit_of(text[i + 1]) * kSixteen + digit_of(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

/// The first parameter of that name in the query; nothing when there is none.
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (decoded(pair.substr(0, equals)) == name)
      return decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  return std::nullopt;
}

BrokerAnswer text_answer(std::string text) {
  BrokerAnswer answer;
  answer.text = Secret(std::move(text));
  return answer;
}

BrokerAnswer refused(int status, BrokerRefusal refusal, std::string_view why) {
  BrokerAnswer answer = text_answer(std::string(why) + "\n");
  answer.status = status;
  answer.refusal = refusal;
  return answer;
}

const BrokerOffer* offer_for(const BrokerTerms& terms, CredentialProvider provider) {
  const auto found = std::ranges::find(terms.offers, provider, &BrokerOffer::provider);
  return found == terms.offers.end() ? nullptr : &*found;
}

using Outcome = std::variant<BrokerAnswer, BrokerAsk>;

/// The account as the metadata server describes it.
JsonValue account_json(std::string_view email) {
  return JsonValue::Object{{"aliases", JsonValue::Array{kDefaultAccount}},
                           {"email", email},
                           {"scopes", JsonValue::Array{kGoogleScope}}};
}

BrokerAnswer json_answer(JsonValue json) {
  BrokerAnswer answer;
  answer.json = std::move(json);
  return answer;
}

/// `rest` is the path behind the name of the account.
Outcome judge_account(std::string_view rest, std::string_view query, std::string_view email) {
  if (rest.empty() || rest == "/") {
    if (parameter(query, "recursive") == "true") return json_answer(account_json(email));
    return text_answer("aliases\nemail\nscopes\ntoken\n");
  }
  if (rest == "/email") return text_answer(std::string(email));
  if (rest == "/aliases") return text_answer(std::string(kDefaultAccount) + "\n");
  if (rest == "/scopes") return text_answer(std::string(kGoogleScope) + "\n");
  if (rest == "/token") return BrokerAsk{CredentialProvider::kGcp};
  return refused(kNotFound, BrokerRefusal::kPath, "there is no such metadata");
}

Outcome judge_accounts(std::string_view rest, std::string_view query, const BrokerOffer& offer) {
  const std::string_view email = offer.account.empty() ? kDefaultAccount : offer.account;
  if (rest.empty() || rest == "/") {
    if (parameter(query, "recursive") == "true")
      return json_answer(JsonValue::Object{{std::string(kDefaultAccount), account_json(email)}});
    std::string list = std::string(kDefaultAccount) + "/\n";
    if (email != kDefaultAccount) list.append(email).append("/\n");
    return text_answer(std::move(list));
  }
  rest.remove_prefix(1);
  const std::string_view account = rest.substr(0, rest.find('/'));
  if (const std::string name = decoded(account); name != kDefaultAccount && name != email)
    return refused(kNotFound, BrokerRefusal::kSubject, "the box has another service account");
  return judge_account(rest.substr(account.size()), query, email);
}

Outcome judge_metadata(const BrokerRequest& request, std::string_view path, std::string_view query,
                       const BrokerOffer& offer) {
  if (has_field(request, "X-Forwarded-For"))
    return refused(kForbidden, BrokerRefusal::kForwarded, "forwarded requests are not answered");
  if (path == "/") return text_answer("computeMetadata/\n");
  if (field(request, "Metadata-Flavor") != "Google")
    return refused(kForbidden, BrokerRefusal::kNoToken, "Missing Metadata-Flavor:Google header.");
  path.remove_prefix(std::min(path.size(), kMetadata.size()));
  if (path.starts_with(kAccounts)) {
    const std::string_view rest = path.substr(kAccounts.size());
    if (rest.empty() || rest.front() == '/') return judge_accounts(rest, query, offer);
  }
  if (path == "project/project-id" && !offer.project.empty()) return text_answer(offer.project);
  if (path == "universe/universe-domain" || path == "universe/universe_domain")
    return text_answer("googleapis.com");
  return refused(kNotFound, BrokerRefusal::kPath, "there is no such metadata");
}

/// App Service has the first two members, which MSAL reads; other sources of identities the rest.
JsonValue azure_error(std::string_view code, std::string_view text) {
  return JsonValue::Object{
      {"statusCode", kBadRequest}, {"message", text}, {"error", code}, {"error_description", text}};
}

Outcome judge_azure(const BrokerRequest& request, std::string_view query, const BrokerTerms& terms,
                    const BrokerOffer& offer) {
  if (!has_token(request, "X-IDENTITY-HEADER", terms.token))
    return refused(kUnauthorized, BrokerRefusal::kNoToken,
                   "X-IDENTITY-HEADER is not this session's");
  std::string resource = parameter(query, "resource").value_or("");
  std::string_view bare = resource;
  while (bare.ends_with('/')) bare.remove_suffix(1);
  if (std::ranges::find(kAzureResources, bare) != kAzureResources.end())
    return BrokerAsk{CredentialProvider::kAzure, std::move(resource), {}};
  if (std::ranges::find(offer.resources, bare) != offer.resources.end()) {
    std::string subject(bare);
    return BrokerAsk{CredentialProvider::kAzure, std::move(resource), std::move(subject)};
  }
  BrokerAnswer answer =
      json_answer(azure_error("invalid_resource",
                              "this box gets no tokens for that resource: mino gives those of "
                              "credentials.azure.resources and https://management.azure.com"));
  answer.status = kBadRequest;
  answer.refusal = BrokerRefusal::kSubject;
  return answer;
}

Outcome judge_github(const BrokerRequest& request, std::string_view query, const BrokerTerms& terms,
                     const BrokerOffer& offer) {
  if (!has_token(request, "Authorization", terms.token))
    return refused(kUnauthorized, BrokerRefusal::kNoToken, "Authorization is not this session's");
  const auto host = parameter(query, "host");
  if (!host || !is_name(*host, offer.host))
    return refused(kNotFound, BrokerRefusal::kSubject, "this box has a token of another host");
  return BrokerAsk{CredentialProvider::kGithub};
}

Outcome judge_aws(const BrokerRequest& request, const BrokerTerms& terms) {
  if (has_token(request, "Authorization", terms.token)) return BrokerAsk{CredentialProvider::kAws};
  return refused(kUnauthorized, BrokerRefusal::kNoToken, "Authorization is not this session's");
}

std::optional<CredentialProvider> provider_of(std::string_view path) {
  if (path == "/aws") return CredentialProvider::kAws;
  if (path == "/azure") return CredentialProvider::kAzure;
  if (path == "/github") return CredentialProvider::kGithub;
  if (path == "/" || path.starts_with(kMetadata)) return CredentialProvider::kGcp;
  return std::nullopt;
}

Outcome judge_for(const BrokerRequest& request, CredentialProvider provider,
                  const BrokerTerms& terms) {
  const BrokerOffer* offer = offer_for(terms, provider);
  if (offer == nullptr) {
    return refused(kNotFound, BrokerRefusal::kNotOffered,
                   "this session has no " + std::string(display_name(provider)) + " credentials");
  }
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = target.substr(std::min(target.size(), path.size() + 1));
  switch (provider) {
    case CredentialProvider::kAws:
      return judge_aws(request, terms);
    case CredentialProvider::kGcp:
      return judge_metadata(request, path, query, *offer);
    case CredentialProvider::kAzure:
      return judge_azure(request, query, terms, *offer);
    case CredentialProvider::kGithub:
      break;
  }
  return judge_github(request, query, terms, *offer);
}

std::string_view value_of(const Credential& credential, std::string_view name) {
  const auto found = credential.values.find(name);
  return found == credential.values.end() ? std::string_view() : found->second.reveal();
}

}  // namespace

BrokerOffer offer_of(const CredentialRequest& request) {
  return {request.provider, request.project, request.service_account, request.host,
          request.resources};
}

std::string_view to_string(BrokerRefusal refusal) {
  return std::ranges::find(kRefusalWords, refusal, &RefusalWord::refusal)->word;
}

std::optional<BrokerRefusal> parse_broker_refusal(std::string_view text) {
  const auto* found = std::ranges::find(kRefusalWords, text, &RefusalWord::word);
  if (found == kRefusalWords.end()) return std::nullopt;
  return found->refusal;
}

BrokerAnswer malformed_answer() {
  return refused(kBadRequest, BrokerRefusal::kMalformed, "this is no request");
}

std::variant<BrokerAnswer, BrokerAsk> judge(const BrokerRequest& request,
                                            const BrokerTerms& terms) {
  const std::string_view target = request.target;
  const auto provider = provider_of(target.substr(0, target.find('?')));
  const auto host = field(request, "Host");
  const auto outcome = [&]() -> Outcome {
    if (host != kBrokerAddress && host != std::string(kBrokerAddress) + ":80")
      return refused(kForbidden, BrokerRefusal::kHost, "Host is not this server's");
    if (request.method != "GET")
      return refused(kMethodNotAllowed, BrokerRefusal::kMethod, "only GET is answered");
    if (!provider) return refused(kNotFound, BrokerRefusal::kPath, "nothing is here");
    return judge_for(request, *provider, terms);
  };
  Outcome result = outcome();
  if (auto* answer = std::get_if<BrokerAnswer>(&result)) answer->provider = provider;
  return result;
}

BrokerAnswer answer_with(const BrokerAsk& ask, const IssuedCredential& issued, Timestamp now) {
  using std::chrono::seconds;
  const Credential& credential = issued.credential;
  const Timestamp end = expected_end(ask.provider, issued);
  const std::string_view token = value_of(credential, kToken);
  BrokerAnswer answer;
  answer.provider = ask.provider;
  answer.status = kOk;
  switch (ask.provider) {
    case CredentialProvider::kAws:
      answer.json =
          JsonValue::Object{{"AccessKeyId", value_of(credential, kAwsAccessKeyId)},
                            {"SecretAccessKey", value_of(credential, kAwsSecretAccessKey)},
                            {"Token", value_of(credential, kAwsSessionToken)},
                            {"Expiration", format_rfc3339(end)}};
      break;
    case CredentialProvider::kGcp: {
      const std::int64_t left =
          std::max<std::int64_t>(std::chrono::duration_cast<seconds>(end - now).count(), 0);
      answer.json = JsonValue::Object{
          {"access_token", token}, {"expires_in", left}, {"token_type", "Bearer"}};
      break;
    }
    case CredentialProvider::kAzure: {
      const auto since = std::chrono::duration_cast<seconds>(end.time_since_epoch());
      answer.json = JsonValue::Object{{"access_token", token},
                                      {"expires_on", std::to_string(since.count())},
                                      {"resource", ask.resource},
                                      {"token_type", "Bearer"}};
      break;
    }
    case CredentialProvider::kGithub:
      // git-credential(1). GitHub takes any name of a user beside a token.
      answer.text = Secret("username=x-access-token\npassword=" + std::string(token) + "\n");
      break;
  }
  return answer;
}

BrokerAnswer answer_without(const BrokerAsk& ask, const std::string& why) {
  BrokerAnswer answer;
  answer.provider = ask.provider;
  // Azure's SDK asks for a minute again and again after any 5xx.
  answer.status = ask.provider == CredentialProvider::kAzure ? kBadRequest : kUnavailable;
  switch (ask.provider) {
    case CredentialProvider::kAws:
      answer.json = JsonValue::Object{{"code", "CredentialsUnavailable"}, {"message", why}};
      break;
    case CredentialProvider::kAzure:
      answer.json = azure_error("credentials_unavailable", why);
      break;
    case CredentialProvider::kGcp:
    case CredentialProvider::kGithub:
      answer.text = Secret(why + "\n");
      break;
  }
  return answer;
}

}  // namespace mino
