#include "tests/unit/http/framing_table.h"

#include <utility>

namespace geminate::test {
namespace {

const std::string kGet = "GET / HTTP/1.1\r\n";
const std::string kPost = "POST /p HTTP/1.1\r\nHost: a\r\n";
const std::string kHost = "Host: a\r\n";
const std::string kEnd = "\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

FramingCase accepted(std::string_view name, std::string bytes, std::vector<FramingCase::Request> requests) {
  return {name, std::move(bytes), std::move(requests), false, {}};
}

FramingCase accepted(std::string_view name, std::string bytes, std::string target = "/",
                     std::string method = "GET") {
  return accepted(name, std::move(bytes), {{std::move(method), std::move(target), "", true}});
}

FramingCase refused(std::string_view name, std::string bytes, ErrorCode code = ErrorCode::Malformed) {
  return {name, std::move(bytes), {}, true, code};
}

/// A field on an otherwise proper GET.
FramingCase refused_field(std::string_view name, const std::string& field,
                          ErrorCode code = ErrorCode::Malformed) {
  return refused(name, kGet + kHost + field + "\r\n\r\n", code);
}

FramingCase refused_chunks(std::string_view name, const std::string& body,
                           ErrorCode code = ErrorCode::Malformed) {
  return refused(name, kChunked + body, code);
}

FramingCase accepted_chunks(std::string_view name, const std::string& body, std::string decoded) {
  return accepted(name, kChunked + body, {{"POST", "/p", std::move(decoded), true}});
}

std::vector<FramingCase> accepted_heads() {
  return {
      accepted("plain GET", kGet + kHost + kEnd),
      accepted("2.2: an empty line before the request", "\r\n" + kGet + kHost + kEnd),
      accepted("3.2: a target is left as it is",
               "GET /a%2Fb//c/../d?x=%zz&y=a+b&key={} HTTP/1.1\r\n" + kHost + kEnd,
               "/a%2Fb//c/../d?x=%zz&y=a+b&key={}"),
      accepted("3.2.1: a path with a colon",
               "GET /v1beta/models/g:stream?alt=sse HTTP/1.1\r\n" + kHost + kEnd,
               "/v1beta/models/g:stream?alt=sse"),
      accepted("3.2.2: absolute form", "GET http://example.com:80/a?b HTTP/1.1\r\n" + kHost + kEnd, "/a?b"),
      accepted("3.2.2: absolute form in capitals", "GET HTTPS://EXAMPLE.com/a HTTP/1.1\r\n" + kHost + kEnd,
               "/a"),
      accepted("3.2.2: absolute form without a path", "GET http://example.com HTTP/1.1\r\n" + kHost + kEnd,
               "/"),
      accepted("3.2.2: absolute form with a query only", "GET http://e?q=1 HTTP/1.1\r\n" + kHost + kEnd,
               "/?q=1"),
      accepted("3.2.4: asterisk form", "OPTIONS * HTTP/1.1\r\n" + kHost + kEnd, "*", "OPTIONS"),
      accepted("2.3: a higher minor version", "GET / HTTP/1.9\r\n" + kHost + kEnd),
      accepted("2.3: HTTP/1.0 needs no Host", "GET / HTTP/1.0\r\n\r\n", {{"GET", "/", "", false}}),
      accepted("9.3: HTTP/1.0 may keep the connection", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
      accepted("9.6: close", kGet + kHost + "Connection: x, Close\r\n\r\n", {{"GET", "/", "", false}}),
      accepted("3.2: an empty Host", kGet + "Host:\r\n\r\n"),
      accepted("3.2: Host with an IPv6 address", kGet + "Host: [::1]:8080\r\n\r\n"),
      accepted("3.2: Host with an empty port", kGet + "Host: a:\r\n\r\n"),
      accepted("3: an unknown method is the router's matter", "BREW / HTTP/1.1\r\n" + kHost + kEnd, "/",
               "BREW"),
      accepted("5.1: blanks around a value", kGet + "Host: \t a \t\r\nX:\r\n\r\n"),
      accepted("5.5: obs-text in a value", kGet + kHost + "X: \xe4\xb8\xad\xff\r\n\r\n"),
      accepted("repeated fields that may be", kGet + kHost + "Cookie: a\r\nCookie: b;;=,\r\n\r\n"),
      accepted("6.3: a length of zero", kPost + "Content-Length: 0\r\n\r\n", {{"POST", "/p", "", true}}),
      accepted("6.2: a length with leading zeros", kPost + "Content-Length: 0005\r\n\r\nhello",
               {{"POST", "/p", "hello", true}}),
      accepted("a GET with a body", kGet + kHost + "Content-Length: 2\r\n\r\n{}", {{"GET", "/", "{}", true}}),
      accepted("an expectation of HTTP/1.0 is nothing", "GET / HTTP/1.0\r\nExpect: magic\r\n\r\n",
               {{"GET", "/", "", false}}),
      accepted("9.3.2: pipelined requests",
               kPost + "Content-Length: 3\r\n\r\nabc" + kGet + kHost + kEnd + kGet + kHost + kEnd,
               {{"POST", "/p", "abc", true}, {"GET", "/", "", true}, {"GET", "/", "", true}}),
  };
}

std::vector<FramingCase> accepted_bodies() {
  return {
      accepted_chunks("7.1: chunks", "5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n", "helloabc"),
      accepted_chunks("7.1: sizes in either case, with zeros",
                      "00A\r\n0123456789\r\na\r\n0123456789\r\n000\r\n\r\n", "01234567890123456789"),
      accepted_chunks("7.1: line ends in the data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"),
      accepted_chunks("7.1: no data at all", "0\r\n\r\n", ""),
      accepted_chunks("7.1.1: extensions", "5;x=y;z\r\nhello\r\n1 ; q=\"a;b\"\r\n!\r\n0;end\r\n\r\n",
                      "hello!"),
      accepted_chunks("7.1.2: trailers are dropped", "1\r\nx\r\n0\r\nContent-Length: 9\r\nX-T:\r\n\r\n", "x"),
      accepted("7: chunked in any case", kPost + "Transfer-Encoding: ChUnKeD\r\n\r\n1\r\nx\r\n0\r\n\r\n",
               {{"POST", "/p", "x", true}}),
      accepted("chunks, then another request", kChunked + "1\r\nx\r\n0\r\n\r\n" + kGet + kHost + kEnd,
               {{"POST", "/p", "x", true}, {"GET", "/", "", true}}),
  };
}

std::vector<FramingCase> refused_heads() {
  return {
      refused("2.2: LF alone ends the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
      refused("2.2: LF alone ends a field", kGet + "Host: a\n\r\n"),
      refused("2.2: LF alone ends the head", kGet + kHost + "\n"),
      refused("2.2: CR alone in the request line", "GET /\ra HTTP/1.1\r\n" + kHost + kEnd),
      refused("2.2: two empty lines before the request", "\r\n\r\n" + kGet + kHost + kEnd),
      refused("2.2: a blank before the first field", kGet + " Host: a\r\n\r\n"),
      refused("3: HTTP/0.9", "GET /\r\n"),
      refused("3: two blanks", "GET  / HTTP/1.1\r\n" + kHost + kEnd),
      refused("3: a tab for a blank", "GET\t/\tHTTP/1.1\r\n" + kHost + kEnd),
      refused("3: a blank at the end", "GET / HTTP/1.1 \r\n" + kHost + kEnd),
      refused("3: a blank in the target", "GET /a b HTTP/1.1\r\n" + kHost + kEnd),
      refused("3: nothing but blanks", "   \r\n"),
      refused("3.1: a method with a bracket", "G(T / HTTP/1.1\r\n" + kHost + kEnd),
      refused("TLS instead of HTTP", std::string("\x16\x03\x01\x02\x00\x01", 6)),
      refused("3.2: a fragment", "GET /a#b HTTP/1.1\r\n" + kHost + kEnd),
      refused("3.2: bytes beyond ASCII", "GET /\xc3\xa4 HTTP/1.1\r\n" + kHost + kEnd),
      refused("3.2: a control character", "GET /\x01 HTTP/1.1\r\n" + kHost + kEnd),
      refused("3.2: no form that there is", "GET a HTTP/1.1\r\n" + kHost + kEnd),
      refused("3.2.2: another scheme", "GET ftp://a/ HTTP/1.1\r\n" + kHost + kEnd),
      refused("3.2.2: user information", "GET http://u:p@a/ HTTP/1.1\r\n" + kHost + kEnd),
      refused("3.2.2: no authority", "GET http:///a HTTP/1.1\r\n" + kHost + kEnd),
      refused("3.2.3: CONNECT", "CONNECT a:443 HTTP/1.1\r\n" + kHost + kEnd, ErrorCode::NotImplemented),
      refused("3.2.4: an asterisk for another method", "GET * HTTP/1.1\r\n" + kHost + kEnd),
      refused("2.3: a version in small letters", "GET / http/1.1\r\n" + kHost + kEnd),
      refused("2.3: a version of two digits", "GET / HTTP/1.11\r\n" + kHost + kEnd),
      refused("2.3: a version without a point", "GET / HTTP/11\r\n" + kHost + kEnd),
      refused("2.3: HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ErrorCode::VersionNotSupported),
      refused("2.3: HTTP/0.9 by name", "GET / HTTP/0.9\r\n" + kHost + kEnd, ErrorCode::VersionNotSupported),
  };
}

std::vector<FramingCase> refused_fields() {
  return {
      refused("3.2: no Host", kGet + "X: y\r\n\r\n"),
      refused("3.2: two Hosts", kGet + kHost + kHost + kEnd),
      refused("3.2: two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\n" + kHost + "host: b\r\n\r\n"),
      refused("3.2: a Host with a path", kGet + "Host: a/b\r\n\r\n"),
      refused("3.2: a Host with user information", kGet + "Host: u@a\r\n\r\n"),
      refused("3.2: a Host with a port that is none", kGet + "Host: a:99999\r\n\r\n"),
      refused("3.2: a Host with an open bracket", kGet + "Host: [::1\r\n\r\n"),
      refused("3.2: a list of Hosts", kGet + "Host: a b\r\n\r\n"),
      refused_field("5.1: a blank before the colon", "Content-Length : 5"),
      refused_field("5.1: no colon", "nothing"),
      refused_field("5.1: no name", ": x"),
      refused_field("5.1: a name that is no token", "X(Y): z"),
      refused_field("5.2: a folded field", "X: a\r\n b"),
      refused_field("5.2: a field folded by a tab", "X: a\r\n\tb"),
      refused_field("5.5: NUL in a value", std::string("X: a\0b", 6)),
      refused_field("5.5: CR in a value", "X: a\rb"),
      refused_field("5.5: DEL in a value", "X: \x7f"),
      refused_field("6.1: an unknown coding", "Transfer-Encoding: gzip", ErrorCode::NotImplemented),
      refused_field("6.1: an unknown coding before chunked", "Transfer-Encoding: gzip, chunked",
                    ErrorCode::NotImplemented),
      refused_field("6.1: identity is a coding no more", "Transfer-Encoding: identity",
                    ErrorCode::NotImplemented),
      refused_field("6.1: chunked with a parameter", "Transfer-Encoding: chunked;x",
                    ErrorCode::NotImplemented),
      refused_field("6.1: chunked twice in a list", "Transfer-Encoding: chunked, chunked"),
      refused_field("6.1: chunked twice in two fields",
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
      refused_field("6.1: an empty coding", "Transfer-Encoding:"),
      refused_field("6.1: a disguised coding",
                    "Transfer-Encoding: \x0b"
                    "chunked"),
      refused("6.1: chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      refused_field("6.2: a length and a coding", "Content-Length: 3\r\nTransfer-Encoding: chunked"),
      refused_field("6.2: a coding and a length", "Transfer-Encoding: chunked\r\nContent-Length: 3"),
      refused_field("6.3: two lengths that differ", "Content-Length: 3\r\nContent-Length: 5"),
      refused_field("6.3: two lengths that agree", "Content-Length: 3\r\nContent-Length: 3"),
      refused_field("6.3: a list of lengths", "Content-Length: 3, 3"),
      refused_field("6.2: a length that is no number", "Content-Length: abc"),
      refused_field("6.2: a length with something behind", "Content-Length: 5x"),
      refused_field("6.2: a negative length", "Content-Length: -1"),
      refused_field("6.2: a signed length", "Content-Length: +5"),
      refused_field("6.2: a hexadecimal length", "Content-Length: 0x5"),
      refused_field("6.2: an empty length", "Content-Length:"),
      refused_field("a length beyond the limit", "Content-Length: 1000000000000000", ErrorCode::BodyTooLarge),
      refused_field("a length beyond 64 bits", "Content-Length: 99999999999999999999999",
                    ErrorCode::BodyTooLarge),
      refused_field("an expectation that nobody knows", "Expect: magic", ErrorCode::ExpectationFailed),
  };
}

std::vector<FramingCase> refused_bodies() {
  return {
      refused_chunks("7.1: a size that is no number", "x\r\n"),
      refused_chunks("7.1: no size", "\r\n"),
      refused_chunks("7.1: a negative size", "-5\r\nhello\r\n"),
      refused_chunks("7.1: a size with a prefix", "0x5\r\nhello\r\n"),
      refused_chunks("7.1: a blank before the size", " 5\r\nhello\r\n"),
      refused_chunks("7.1: a blank within the size", "1 1\r\n"),
      refused_chunks("7.1: a size line ended by LF", "5\nhello\r\n"),
      refused_chunks("7.1: a size line with CR alone", "5\rhello\r\n"),
      refused_chunks("7.1: an extension ended by LF", "5;x\nhello\r\n"),
      refused_chunks("7.1: a chunk longer than its size", "3\r\nhello\r\n"),
      refused_chunks("7.1: a chunk ended by LF", "5\r\nhello\n0\r\n\r\n"),
      refused_chunks("7.1: a chunk ended by CR alone", "5\r\nhello\rX"),
      refused_chunks("7.1: a size of 17 digits", "00000000000000001\r\nx\r\n"),
      refused_chunks("7.1: a size beyond the limit", "7fffffffffff\r\n", ErrorCode::BodyTooLarge),
      refused_chunks("7.1: a size of all ones", "ffffffffffffffff\r\n", ErrorCode::BodyTooLarge),
      refused_chunks("7.1: sizes that together are beyond the limit",
                     "3ff\r\n" + std::string(1023, 'x') + "\r\n2\r\n", ErrorCode::BodyTooLarge),
      refused_chunks("7.1.1: a control character in an extension", "5;\x01\r\n"),
      refused_chunks("7.1.1: extensions without end", "1;" + std::string(20'000, 'e')),
      refused_chunks("7.1.2: a trailer without a colon", "0\r\nnothing\r\n\r\n"),
      refused_chunks("7.1.2: a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"),
      refused_chunks("7.1.2: a trailer ended by LF", "0\r\nX: a\n\r\n"),
      refused_chunks("7.1.2: trailers without end", "0\r\nX: " + std::string(9'000, 't'),
                     ErrorCode::HeadersTooLarge),
      refused_chunks("7.1: the end without CRLF", "0\r\n\rX"),
      refused("a head without end", kGet + "X: " + std::string(9'000, 'a'), ErrorCode::HeadersTooLarge),
      refused("a head that is too long", kGet + kHost + "X: " + std::string(9'000, 'a') + "\r\n\r\n",
              ErrorCode::HeadersTooLarge),
      refused("a target that is too long", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\n" + kHost + kEnd,
              ErrorCode::HeadersTooLarge),
  };
}

void append(std::vector<FramingCase>& all, std::vector<FramingCase> more) {
  for (auto& each : more) all.push_back(std::move(each));
}

}  // namespace

std::vector<FramingCase> accepted_cases() {
  auto all = accepted_heads();
  append(all, accepted_bodies());
  return all;
}

std::vector<FramingCase> refused_cases() {
  auto all = refused_heads();
  append(all, refused_fields());
  append(all, refused_bodies());
  return all;
}

}  // namespace geminate::test
