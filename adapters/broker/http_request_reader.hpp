#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "domain/credential/broker.hpp"

namespace mino::broker {

/// Puts the head of one HTTP/1 request together from the bytes of a connection. What comes behind
/// it is not looked at.
class HttpRequestReader {
 public:
  static constexpr std::size_t kMaxBytes = 8192;

  enum class State {
    kMore,      ///< the head is not whole yet
    kComplete,  ///< request() has it
    kBroken,    ///< no HTTP/1, or longer than kMaxBytes
  };

  HttpRequestReader();
  ~HttpRequestReader();
  HttpRequestReader(const HttpRequestReader&) = delete;
  HttpRequestReader& operator=(const HttpRequestReader&) = delete;

  /// Takes bytes as they come. Once it is not kMore any more, it stays as it is.
  State add(std::string_view bytes);
  [[nodiscard]] State state() const;
  /// Only when complete.
  [[nodiscard]] BrokerRequest request() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace mino::broker
