#include "domain/error.hpp"

#include <utility>

namespace mino {

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

Error& Error::add_context(std::string context) {
  context_.push_back(std::move(context));
  return *this;
}

Error& Error::set_hint(std::string hint) {
  hint_ = std::move(hint);
  return *this;
}

Error& Error::set_errno(int value) {
  sys_errno_ = value;
  return *this;
}

Error& Error::set_code(ErrorCode code) {
  code_ = code;
  return *this;
}

std::string Error::text() const {
  std::string text;
  for (auto context = context_.rbegin(); context != context_.rend(); ++context) {
    text += *context;
    text += ": ";
  }
  return text + message_;
}

}  // namespace mino
