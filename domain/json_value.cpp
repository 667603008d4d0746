#include "domain/json_value.hpp"

#include "domain/secret.hpp"

#include <algorithm>

namespace mino {

const JsonValue* JsonValue::find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, name, &Member::first);
  return found == members->end() ? nullptr : &found->second;
}

const std::string* JsonValue::find_string(std::string_view name) const {
  const JsonValue* member = find(name);
  return member == nullptr ? nullptr : member->string();
}

void JsonValue::set(std::string_view name, JsonValue value) {
  if (object() == nullptr) state_ = Object{};
  Object& members = *object();
  const auto found = std::ranges::find(members, name, &Member::first);
  if (found == members.end()) {
    members.emplace_back(std::string(name), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

void wipe(JsonValue& json) {
  if (std::string* text = json.string()) wipe(*text);
  if (JsonValue::Array* items = json.array()) {
    for (JsonValue& item : *items) wipe(item);
  }
  if (JsonValue::Object* members = json.object()) {
    for (auto& [name, member] : *members) wipe(member);
  }
  json = JsonValue();
}

}  // namespace mino
