#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/network/egress_policy.hpp"

namespace mino::gateway {

/// Whom a connection was allowed to reach.
struct HttpHost {
  std::string name_or_address;  ///< canonical text, an IPv6 address without brackets
  std::uint16_t port = 80;
};

enum class UpgradeAnswer { kNeedMore, kSwitched, kRefused };

/// Follows the client's side of a plain HTTP/1.x connection, request after request, so that every
/// request is for the one host. It demands the one spelling of RFC 9112 that all servers read
/// alike: whatever else could hide a second request is refused.
///   requests.feed(bytes); out += requests.take_passed(); if (requests.refused()) …
class HttpRequests {
 public:
  static constexpr std::size_t kMaxHeadBytes = 65536;
  static constexpr std::size_t kMaxFields = 200;
  static constexpr std::size_t kMaxChunkLine = 4096;
  /// Held back while an upgrade is unanswered; more is refused (kLimit).
  static constexpr std::size_t kMaxHeldBytes = 262144;

  explicit HttpRequests(HttpHost host);

  /// The next bytes of the client. After refused() they are dropped.
  void feed(std::string_view bytes);
  /// What may be passed on since the last call: complete, checked heads and their bodies. All of it
  /// together is a prefix of what was fed.
  [[nodiscard]] std::string take_passed();

  [[nodiscard]] bool refused() const { return refusal_.has_value(); }
  /// Only when refused().
  [[nodiscard]] DenyReason reason() const;
  /// A clause for a person, printable ASCII; empty unless refused().
  [[nodiscard]] const std::string& detail() const { return detail_; }
  /// Heads that have been passed. A refusal can be answered with forbidden_response() only when it
  /// is 0; later it would fall into the answer to an earlier request.
  [[nodiscard]] std::uint64_t passed_requests() const { return passed_requests_; }

  /// The first request, now complete, asks for another protocol: what follows is held until
  /// upgrade_answered(), and the caller reads no more. An HttpStatusReader that was fed everything
  /// the server has sent knows the answer. (Only a connection's first request may ask: the answer
  /// to a later one cannot be told from the body of an earlier one's.)
  [[nodiscard]] bool awaits_upgrade() const { return state_ == State::kUpgrade; }
  /// Only when awaits_upgrade(). kSwitched: all further bytes pass unseen. kRefused: they are
  /// requests. kNeedMore: no change.
  void upgrade_answered(UpgradeAnswer answer);
  /// The protocol has been switched: feed() has nothing to check any more.
  [[nodiscard]] bool switched() const { return state_ == State::kOpaque; }

 private:
  enum class State {
    kRequestLine,
    kFields,
    kBody,  ///< body_left_ bytes of Content-Length
    kChunkSize,
    kChunkData,  ///< body_left_ bytes
    kChunkEnd,   ///< the line end behind the data
    kTrailers,
    kUpgrade,  ///< held until upgrade_answered()
    kOpaque,
  };
  enum class Version { kHttp10, kHttp11 };
  /// What the fields of the head that is being read have said so far.
  struct Head {
    Version version = Version::kHttp11;
    std::optional<std::string> host;
    std::optional<std::uint64_t> content_length;
    std::size_t fields = 0;
    bool chunked = false;
    bool upgrade = false;
  };

  /// Takes at least one byte off `rest`, or refuses.
  void step(std::string_view& rest);
  void pass_body(std::string_view& rest);
  /// Moves the rest of a line into held_; true when it is complete. At most `limit` bytes are held.
  bool read_line(std::string_view& rest, std::size_t limit);
  void on_line(std::string_view line);
  void on_request_line(std::string_view line);
  void check_target(std::string_view method, std::string_view target);
  void check_absolute_target(std::string_view target);
  void on_field(std::string_view line);
  void on_known_field(std::string_view name, std::string_view value);
  void on_content_length(std::string_view value);
  void on_transfer_encoding(std::string_view value);
  void on_upgrade(std::string_view value);
  void check_host();
  void on_end_of_head();
  void on_chunk_size(std::string_view line);
  void on_trailer(std::string_view line);
  void on_end_of_request();
  void pass_held();
  void refuse(DenyReason reason, std::string detail);

  HttpHost host_;
  State state_ = State::kRequestLine;
  Head head_;
  std::uint64_t body_left_ = 0;
  std::string held_;            ///< the head, chunk line or trailers that are not complete yet
  std::size_t line_start_ = 0;  ///< of the line that is being read, in held_
  std::string waiting_;         ///< what came behind an unanswered upgrade
  std::string passed_;
  std::uint64_t passed_requests_ = 0;
  std::optional<DenyReason> refusal_;
  std::string detail_;
};

/// Reads the status lines that answer a connection's first request.
class HttpStatusReader {
 public:
  /// Of interim answers and the final status line; after more it is kRefused.
  static constexpr std::size_t kMaxBytes = 65536;

  /// The next bytes of the server, from the first one. kSwitched: a 101; other 1xx answers are
  /// skipped; kRefused: any other status, or something that is no HTTP/1.x answer. It stays.
  UpgradeAnswer feed(std::string_view bytes);
  [[nodiscard]] UpgradeAnswer answer() const { return answer_; }

 private:
  void on_byte(char byte);
  void on_line(std::string_view line);

  std::string line_;
  std::size_t seen_ = 0;
  bool in_interim_head_ = false;
  UpgradeAnswer answer_ = UpgradeAnswer::kNeedMore;
};

/// A whole answer "403 Forbidden by mino" that ends the connection, with a JSON body that names
/// `host`, `port`, the word of `reason`, and as "allow_with" `advice`, unless that is empty.
[[nodiscard]] std::string forbidden_response(std::string_view host, std::uint16_t port,
                                             DenyReason reason, std::string_view advice);

}  // namespace mino::gateway
