#include "backend/admin/query_fields.h"

#include "backend/http/query_text.h"

namespace geminate::admin {
namespace {

Error refuse(std::string_view name, std::string_view finding) {
  return Error{
      ErrorCode::BadRequest, std::string(name) + ' ' + std::string(finding), {}, std::string(name), {}};
}

}  // namespace

QueryPairs query_pairs(std::string_view query) {
  QueryPairs pairs;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (!pair.empty()) {
      pairs.emplace_back(http::decode_query_component(pair.substr(0, equals)),
                         equals == std::string_view::npos
                             ? std::string{}
                             : http::decode_query_component(pair.substr(equals + 1)));
    }
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return pairs;
}

void QueryReader::fail(std::string_view name, std::string_view finding) {
  if (!fault_) fault_ = refuse(name, finding);
}

Status QueryReader::result() const {
  if (fault_) return *fault_;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    if (!known_[i]) return refuse(pairs_[i].first.substr(0, 100), "is not known here");
  }
  return Status::success();
}

}  // namespace geminate::admin
