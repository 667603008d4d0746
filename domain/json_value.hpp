#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mino {

/// A JSON document as a value. Objects keep the order of their members, so that what we do not know
/// survives a rewrite unchanged. Integers that fit 64 bits stay integers.
class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Member = std::pair<std::string, JsonValue>;
  using Object = std::vector<Member>;

  JsonValue() = default;                    // null
  JsonValue(std::nullptr_t) {}              // NOLINT(google-explicit-constructor): literals
  JsonValue(bool value) : state_(value) {}  // NOLINT(google-explicit-constructor): literals
  JsonValue(int value)
      : state_(std::int64_t{value}) {}              // NOLINT(google-explicit-constructor): literals
  JsonValue(std::int64_t value) : state_(value) {}  // NOLINT(google-explicit-constructor): literals
  JsonValue(double value) : state_(value) {}        // NOLINT(google-explicit-constructor): literals
  JsonValue(const char* value)
      : state_(std::string(value)) {}  // NOLINT(google-explicit-constructor): literals
  JsonValue(std::string value)
      : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor): literals
  JsonValue(std::string_view value)
      : state_(std::string(value)) {}  // NOLINT(google-explicit-constructor): literals
  JsonValue(Array value)
      : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor): literals
  JsonValue(Object value)
      : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor): literals

  [[nodiscard]] bool is_null() const { return state_.index() == 0; }
  /// Null when the value is of another type.
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&state_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&state_); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&state_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&state_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&state_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&state_); }
  [[nodiscard]] std::string* string() { return std::get_if<std::string>(&state_); }
  [[nodiscard]] Array* array() { return std::get_if<Array>(&state_); }
  [[nodiscard]] Object* object() { return std::get_if<Object>(&state_); }

  /// The first member of that name, or null when this is no object or has none.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;
  /// The string member of that name, or null.
  [[nodiscard]] const std::string* find_string(std::string_view name) const;
  /// Replaces the first member of that name or appends one. Makes an object of anything else.
  void set(std::string_view name, JsonValue value);

  bool operator==(const JsonValue& other) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> state_;
};

/// Overwrites all texts in the document, member names apart, and makes it null: for one that holds
/// secrets.
void wipe(JsonValue& json);

}  // namespace mino
