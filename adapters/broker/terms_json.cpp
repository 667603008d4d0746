#include "adapters/broker/terms_json.hpp"

#include <utility>

namespace mino::broker {

namespace {

JsonValue texts(const std::vector<std::string>& all) {
  JsonValue::Array array;
  for (const std::string& text : all) array.emplace_back(text);
  return array;
}

/// Nothing for what is no list of texts.
std::optional<std::vector<std::string>> texts_of(const JsonValue* json) {
  if (json == nullptr || json->array() == nullptr) return std::nullopt;
  std::vector<std::string> all;
  for (const JsonValue& each : *json->array()) {
    if (each.string() == nullptr) return std::nullopt;
    all.push_back(*each.string());
  }
  return all;
}

}  // namespace

JsonValue to_json(const BrokerTerms& terms) {
  JsonValue::Array offers;
  for (const BrokerOffer& offer : terms.offers) {
    offers.emplace_back(JsonValue::Object{{"provider", mino::to_string(offer.provider)},
                                          {"project", offer.project},
                                          {"account", offer.account},
                                          {"host", offer.host},
                                          {"resources", texts(offer.resources)}});
  }
  return JsonValue::Object{{"token", terms.token.reveal()}, {"offers", std::move(offers)}};
}

std::optional<BrokerTerms> terms_from_json(const JsonValue& json) {
  const std::string* token = json.find_string("token");
  const JsonValue* offers = json.find("offers");
  if (token == nullptr || offers == nullptr || offers->array() == nullptr) return std::nullopt;
  BrokerTerms terms{Secret(*token), {}};
  for (const JsonValue& each : *offers->array()) {
    const std::string* word = each.find_string("provider");
    const auto provider = word == nullptr ? std::nullopt : parse_credential_provider(*word);
    const std::string* project = each.find_string("project");
    const std::string* account = each.find_string("account");
    const std::string* host = each.find_string("host");
    auto resources = texts_of(each.find("resources"));
    if (!provider || project == nullptr || account == nullptr || host == nullptr || !resources)
      return std::nullopt;
    terms.offers.push_back({*provider, *project, *account, *host, *std::move(resources)});
  }
  return terms;
}

}  // namespace mino::broker
