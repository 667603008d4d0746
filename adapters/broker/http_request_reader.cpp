#include "adapters/broker/http_request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <string>

namespace mino::broker {

namespace http = boost::beast::http;

struct HttpRequestReader::Parser {
  http::request_parser<http::empty_body> head;
  std::string text;
  State state = State::kMore;
};

HttpRequestReader::HttpRequestReader() : parser_(std::make_unique<Parser>()) {
  parser_->head.header_limit(kMaxBytes);
}
HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::State HttpRequestReader::state() const { return parser_->state; }

namespace {

/// What can still become a head: it begins with the name of a method, and no line ends in a line
/// feed alone. Tells at once that TLS and the like are none.
bool may_be_head(std::string_view text, std::size_t from) {
  if (!text.empty() && (text.front() < 'A' || text.front() > 'Z')) return false;
  for (std::size_t at = text.find('\n', from); at != std::string_view::npos;
       at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r') return false;
  return true;
}

}  // namespace

/// The parser gets the head in one piece: what it says of half a line depends on how it was cut.
HttpRequestReader::State HttpRequestReader::add(std::string_view bytes) {
  Parser& parser = *parser_;
  if (parser.state != State::kMore) return parser.state;
  const std::size_t before = parser.text.size();
  parser.text.append(bytes.substr(0, kMaxBytes + 1));
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t end = parser.text.find(kEnd, before < kEnd.size() ? 0 : before - kEnd.size());
  const std::string_view head =
      std::string_view(parser.text).substr(0, end == std::string::npos ? end : end + kEnd.size());
  if (head.size() > kMaxBytes || !may_be_head(head, before)) {
    parser.state = State::kBroken;
  } else if (end != std::string::npos) {
    boost::system::error_code error;
    parser.head.put(boost::asio::buffer(head.data(), head.size()), error);
    parser.state = parser.head.is_header_done() ? State::kComplete : State::kBroken;
  }
  return parser.state;
}

BrokerRequest HttpRequestReader::request() const {
  const auto& message = parser_->head.get();
  const auto text = [](boost::beast::string_view view) { return std::string(view); };
  BrokerRequest request{text(message.method_string()), text(message.target()), {}};
  for (const auto& field : message)
    request.fields.emplace_back(text(field.name_string()), text(field.value()));
  return request;
}

}  // namespace mino::broker
