#include "domain/credential/broker.hpp"

namespace mino {
namespace {

std::string url(std::string_view path) {
  return "http://" + std::string(kBrokerAddress) + std::string(path);
}

}  // namespace

std::map<std::string, Secret> broker_variables(const CredentialRequest& request,
                                               const Secret& token) {
  std::map<std::string, Secret> variables;
  const auto set = [&variables](std::string name, std::string value) {
    variables.emplace(std::move(name), Secret(std::move(value)));
  };
  switch (request.provider) {
    case CredentialProvider::kAws:
      set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url("/aws"));
      set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", std::string(kBrokerTokenFile));
      // SDKs of before 2023 do not know the file.
      variables.emplace("AWS_CONTAINER_AUTHORIZATION_TOKEN", token);
      if (!request.region.empty()) {
        set("AWS_REGION", request.region);
        set("AWS_DEFAULT_REGION", request.region);
      }
      break;
    case CredentialProvider::kGcp:
      // google-auth looks whether somebody is there at the address, then asks the host.
      set("GCE_METADATA_HOST", std::string(kBrokerAddress));
      set("GCE_METADATA_IP", std::string(kBrokerAddress));
      if (!request.project.empty()) set("CLOUDSDK_CORE_PROJECT", request.project);
      break;
    case CredentialProvider::kAzure:
      set("IDENTITY_ENDPOINT", url("/azure"));
      variables.emplace("IDENTITY_HEADER", token);
      break;
    case CredentialProvider::kGithub:
      // git finds the broker by its configuration.
      break;
  }
  return variables;
}

std::vector<std::string> broker_variable_names(const CredentialRequest& request) {
  std::vector<std::string> names;
  for (const auto& [name, value] : broker_variables(request, Secret())) names.push_back(name);
  return names;
}

}  // namespace mino
