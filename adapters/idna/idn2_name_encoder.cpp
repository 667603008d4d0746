#include "adapters/idna/idn2_name_encoder.hpp"

#include <fmt/format.h>
#include <idn2.h>

#include <memory>

namespace mino::idna {
namespace {

struct Freed {
  void operator()(char* text) const { ::idn2_free(text); }
};

Error refusal(std::string_view why) {
  return {ErrorCode::kUsage, fmt::format("not a valid host name: {}", why)};
}

}  // namespace

Result<std::string> Idn2NameEncoder::to_ascii(std::string_view name) const {
  // The library takes a C string and would encode what precedes a NUL.
  if (name.find('\0') != std::string_view::npos) return refusal("it holds a NUL byte");
  char* encoded = nullptr;
  // Without the STD3 rules, which refuse the underscore: the caller checks what comes back.
  constexpr int kFlags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;
  const int failed = ::idn2_to_ascii_8z(std::string(name).c_str(), &encoded, kFlags);
  const std::unique_ptr<char, Freed> owned(encoded);
  if (failed != IDN2_OK) return refusal(::idn2_strerror(failed));
  return std::string(owned.get());
}

}  // namespace mino::idna
