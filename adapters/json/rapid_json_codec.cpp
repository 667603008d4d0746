#include "adapters/json/rapid_json_codec.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace mino::json {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kMaxDepth = 128;

/// Receives the reader's events and builds the value. Returning false ends the parse.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  // The names of the events are RapidJSON's.
  // NOLINTBEGIN(readability-identifier-naming): names that RapidJSON calls
  bool Null() { return add(JsonValue()); }
  bool Bool(bool value) { return add(JsonValue(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return add_number({text, length});
  }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return check_text({text, length}) && add(JsonValue(std::string_view(text, length)));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    open_.back().key.assign(text, length);
    return check_text(open_.back().key);
  }
  bool StartObject() { return open(JsonValue(JsonValue::Object())); }
  bool EndObject(rapidjson::SizeType /*count*/) { return close(); }
  bool StartArray() { return open(JsonValue(JsonValue::Array())); }
  bool EndArray(rapidjson::SizeType /*count*/) { return close(); }
  // NOLINTEND(readability-identifier-naming)

  /// Why the parse was ended here, or null.
  [[nodiscard]] const char* refusal() const { return refusal_; }
  [[nodiscard]] JsonValue take() { return std::move(result_); }

 private:
  struct Open {
    JsonValue value;
    std::string key;
  };

  bool add(JsonValue value) {
    if (open_.empty()) {
      result_ = std::move(value);
    } else if (Open& parent = open_.back(); JsonValue::Array* items = parent.value.array()) {
      items->push_back(std::move(value));
    } else {
      parent.value.object()->emplace_back(std::move(parent.key), std::move(value));
    }
    return true;
  }
  bool refuse(const char* why) {
    refusal_ = why;
    return false;
  }
  /// The reader refuses a first half of a surrogate pair that stands alone, but makes three bytes,
  /// which are not UTF-8, of a second half.
  bool check_text(std::string_view text) {
    for (std::size_t at = text.find('\xED'); at != std::string_view::npos;
         at = text.find('\xED', at + 1)) {
      if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) > 0x9F)
        return refuse("half a surrogate pair");
    }
    return true;
  }
  /// The reader has checked the grammar. An integer that does not fit becomes a double.
  bool add_number(std::string_view text) {
    const char* end = text.data() + text.size();
    std::int64_t integer = 0;
    const auto as_integer = std::from_chars(text.data(), end, integer);
    if (as_integer.ec == std::errc() && as_integer.ptr == end) return add(JsonValue(integer));
    double number = 0;
    if (std::from_chars(text.data(), end, number).ec != std::errc()) {
      return refuse("a number that fits no double");
    }
    return add(JsonValue(number));
  }
  bool open(JsonValue value) {
    if (open_.size() == kMaxDepth) return refuse("nested deeper than 128");
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    JsonValue value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }

  std::vector<Open> open_;
  JsonValue result_;
  const char* refusal_ = nullptr;
};

Error corrupt(const std::string& why) { return {ErrorCode::kCorrupt, "invalid JSON: " + why}; }

/// The length of the valid UTF-8 sequence at the front, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t index) {
    return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
  };
  const auto continues = [&](std::size_t index) { return (byte(index) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool too_large = first == 0xF4 && second > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

/// The text itself, or a copy in `storage` with U+FFFD for each byte that is not part of valid
/// UTF-8.
std::string_view valid_utf8(std::string_view text, std::string& storage) {
  std::size_t at = 0;
  std::size_t copied = 0;
  storage.clear();
  while (at < text.size()) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length != 0) {
      at += length;
      continue;
    }
    storage.append(text, copied, at - copied).append("\xEF\xBF\xBD");
    copied = ++at;
  }
  if (copied == 0) return text;
  return storage.append(text, copied, text.size() - copied);
}

template <typename Writer>
class Emitter {
 public:
  explicit Emitter(Writer& writer) : writer_(writer) {}

  void emit(const JsonValue& value) {
    if (const bool* boolean = value.boolean()) {
      writer_.Bool(*boolean);
    } else if (const std::int64_t* integer = value.integer()) {
      writer_.Int64(*integer);
    } else if (const double* number = value.number()) {
      // JSON has no word for infinities and NaN.
      std::isfinite(*number) ? writer_.Double(*number) : writer_.Null();
    } else if (const std::string* string = value.string()) {
      const std::string_view text = valid_utf8(*string, storage_);
      writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    } else if (const JsonValue::Array* array = value.array()) {
      writer_.StartArray();
      for (const JsonValue& item : *array) emit(item);
      writer_.EndArray();
    } else if (const JsonValue::Object* object = value.object()) {
      writer_.StartObject();
      for (const auto& [name, member] : *object) {
        const std::string_view key = valid_utf8(name, storage_);
        writer_.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
        emit(member);
      }
      writer_.EndObject();
    } else {
      writer_.Null();
    }
  }

 private:
  Writer& writer_;
  std::string storage_;
};

}  // namespace

Result<JsonValue> RapidJsonCodec::parse(std::string_view text) const {
  if (text.size() > kMaxBytes) return corrupt("larger than 64 MiB");
  // Iterative: the recursive reader overflows the stack on deep nesting before any handler can stop
  // it. Numbers as text: the reader's own exact conversion counts the leading zeros of a mantissa
  // that may be zero, which is undefined.
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (builder.refusal() != nullptr) return corrupt(builder.refusal());
  if (result.IsError()) {
    return corrupt(std::string(rapidjson::GetParseError_En(result.Code())) + " (at byte " +
                   std::to_string(result.Offset()) + ")");
  }
  // The reader takes a NUL byte for the end of the text.
  if (stream.Tell() != text.size())
    return corrupt("a NUL byte (at byte " + std::to_string(stream.Tell()) + ")");
  return builder.take();
}

std::string RapidJsonCodec::write(const JsonValue& value, JsonLayout layout) const {
  rapidjson::StringBuffer buffer;
  if (layout == JsonLayout::kPretty) {
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    writer.SetIndent(' ', 2);
    Emitter(writer).emit(value);
  } else {
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    Emitter(writer).emit(value);
  }
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace mino::json
