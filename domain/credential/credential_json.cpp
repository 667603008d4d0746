#include "domain/credential/credential_json.hpp"

#include <algorithm>
#include <utility>

namespace mino {
namespace {

constexpr std::int64_t kSchema = 1;

/// Takes the texts of values out of a document without leaving copies in it.
std::map<std::string, Secret, std::less<>> take_values(JsonValue& json) {
  std::map<std::string, Secret, std::less<>> values;
  JsonValue::Object* members = json.object();
  if (members == nullptr) return values;
  for (auto& [name, member] : *members) {
    if (const std::string* text = member.string()) values.emplace(name, Secret(*text));
    wipe(member);
  }
  return values;
}

std::optional<Timestamp> time_of(const JsonValue& json, std::string_view name) {
  const std::string* text = json.find_string(name);
  return text == nullptr ? std::nullopt : parse_rfc3339(*text);
}

}  // namespace

std::optional<IssuedCredential> take_credential(JsonValue& json, CredentialProvider provider) {
  const JsonValue* schema = json.find("schema");
  if (schema == nullptr || schema->integer() == nullptr || *schema->integer() != kSchema)
    return std::nullopt;
  const std::string* word = json.find_string("provider");
  const auto issued_at = time_of(json, "issued_at");
  const JsonValue* expires_at = json.find("expires_at");
  JsonValue::Object* members = json.object();
  if (word == nullptr || *word != to_string(provider) || !issued_at || expires_at == nullptr)
    return std::nullopt;
  IssuedCredential issued{.credential = {}, .issued_at = *issued_at};
  if (!expires_at->is_null()) {
    issued.credential.expires_at = time_of(json, "expires_at");
    if (!issued.credential.expires_at) return std::nullopt;
  }
  const auto values = std::ranges::find(*members, "values", &JsonValue::Member::first);
  if (values == members->end()) return std::nullopt;
  issued.credential.values = take_values(values->second);
  if (!is_complete(provider, issued.credential)) return std::nullopt;
  return issued;
}

JsonValue to_json(CredentialProvider provider, const IssuedCredential& issued) {
  JsonValue::Object values;
  for (const auto& [name, value] : issued.credential.values)
    values.emplace_back(name, value.reveal());
  const auto& end = issued.credential.expires_at;
  return JsonValue::Object{{"schema", kSchema},
                           {"provider", to_string(provider)},
                           {"issued_at", format_rfc3339(issued.issued_at)},
                           {"expires_at", end ? JsonValue(format_rfc3339(*end)) : JsonValue()},
                           {"values", std::move(values)}};
}

}  // namespace mino
