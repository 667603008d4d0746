#include "domain/json_value.hpp"

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

}  // namespace mino
