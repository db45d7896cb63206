#include "frontend-wasm/app/request_filter.h"

#include <algorithm>
#include <charconv>

namespace geminate::ui {
namespace {

/// "took>2s" is the term "took>" with "2s", "model:x" the term "model:" with "x".
struct Term {
  std::string_view name;
  std::string_view value;
};

Term split(std::string_view word) {
  const std::size_t at = word.find_first_of(":<>");
  if (at == std::string_view::npos) return {{}, word};
  return {word.substr(0, at + 1), word.substr(at + 1)};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// "2s", "1.5s", "3min", "250ms", "250".
std::optional<std::int64_t> milliseconds_of(std::string_view text) {
  double unit = 1;
  for (const auto& [name, size] : {std::pair{"ms", 1.0}, {"min", 60'000.0}, {"s", 1000.0}}) {
    if (!ends_with(text, name)) continue;
    text.remove_suffix(std::string_view(name).size());
    unit = size;
    break;
  }
  const std::size_t dot = text.find('.');
  const auto whole = number_of<std::int64_t>(text.substr(0, dot));
  if (!whole || *whole < 0 || *whole > 1'000'000'000) return std::nullopt;
  double value = static_cast<double>(*whole);
  if (dot != std::string_view::npos) {
    const std::string_view fraction = text.substr(dot + 1);
    const auto part = number_of<std::int64_t>(fraction);
    if (!part || *part < 0 || fraction.size() > 6) return std::nullopt;
    double share = static_cast<double>(*part);
    for (std::size_t i = 0; i < fraction.size(); ++i) share /= 10;
    value += share;
  }
  return static_cast<std::int64_t>(value * unit + 0.5);
}

/// Ids are 26 digits of Crockford's base 32, the first of them below 8.
bool may_be_id(std::string_view word) {
  return word.size() >= 4 && word.front() >= '0' && word.front() <= '7' &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= '0' && c <= '9') ||
                  (c >= 'a' && c <= 'z' && std::string_view("ilou").find(c) == std::string_view::npos);
         });
}

std::string without_mark(std::string_view value) {
  static constexpr std::string_view kMark = "…";
  if (value.substr(0, kMark.size()) == kMark) value.remove_prefix(kMark.size());
  return std::string(value);
}

/// "#7" for the row with that number, else the row whose last characters or description it is.
template <class Row>
std::optional<std::int64_t> row_named(const std::vector<Row>& rows, std::string_view value,
                                      std::string Row::*preview) {
  if (!value.empty() && value.front() == '#') return number_of<std::int64_t>(value.substr(1));
  const std::string wanted = without_mark(value);
  for (const Row& row : rows) {
    if (row.*preview == wanted || row.description == wanted) return row.id;
  }
  for (const Row& row : rows) {
    if (row.description && row.description->find(wanted) != std::string::npos) return row.id;
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(const RowNames& names) : names_(names) {}

  void read(const Term& term, std::string_view word) {
    const std::string_view value = term.value;
    if (term.name.empty()) return bare(value);
    if (value.empty()) return fail(TextId::FilterNoValue, word);
    if (term.name == "id:") {
      found_.query.request_id = std::string(value);
    } else if (term.name == "model:") {
      found_.query.model = std::string(value);
    } else if (term.name == "token:") {
      found_.query.token_id = row_named(names_.tokens, value, &ClientTokenView::token_preview);
      if (!found_.query.token_id) fail(TextId::FilterNoToken, value);
    } else if (term.name == "key:") {
      found_.query.key_id = row_named(names_.keys, value, &UpstreamKeyView::key_preview);
      if (!found_.query.key_id) fail(TextId::FilterNoKey, value);
    } else if (term.name == "status:") {
      status(value);
    } else if (term.name == "dialect:") {
      found_.query.dialect = enum_from_name<RequestDialect>(value);
      if (!found_.query.dialect) fail(TextId::FilterBadDialect, value);
    } else if (term.name == "took>" || term.name == "took<") {
      took(term);
    } else {
      fail(TextId::FilterUnknown, word);
    }
  }

  RequestFilter take() { return std::move(found_); }

 private:
  void bare(std::string_view word) {
    (may_be_id(word) ? found_.query.request_id : found_.query.model) = std::string(word);
  }
  void status(std::string_view value) {
    found_.query.status_class = enum_from_name<StatusGroup>(value);
    if (found_.query.status_class) return;
    found_.query.status = number_of<std::int32_t>(value);
    const bool possible = found_.query.status && *found_.query.status >= 100 && *found_.query.status <= 999;
    if (!possible) fail(TextId::FilterBadStatus, value);
  }
  void took(const Term& term) {
    const auto ms = milliseconds_of(term.value);
    if (!ms) return fail(TextId::FilterBadDuration, term.value);
    (term.name == "took>" ? found_.query.min_duration_ms : found_.query.max_duration_ms) = ms;
  }
  void fail(TextId what, std::string_view word) {
    if (!found_.fault) found_.fault = Message{what, {std::string(word)}};
  }

  const RowNames& names_;
  RequestFilter found_;
};

}  // namespace

RequestFilter parse_request_filter(std::string_view text, const RowNames& names) {
  Reader reader(names);
  for (const std::string_view word : words_of(text)) reader.read(split(word), word);
  return reader.take();
}

std::string with_term(std::string_view text, std::string_view name, std::string_view value) {
  std::string result;
  const auto append = [&result](std::string_view word) {
    if (!result.empty()) result += ' ';
    result += word;
  };
  for (const std::string_view word : words_of(text)) {
    if (split(word).name != name) append(word);
  }
  if (!value.empty()) append(std::string(name) + std::string(value));
  return result;
}

std::string term_of(std::string_view text, std::string_view name) {
  for (const std::string_view word : words_of(text)) {
    const Term term = split(word);
    if (term.name == name) return std::string(term.value);
  }
  return {};
}

}  // namespace geminate::ui
