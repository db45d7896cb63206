#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/text/text.h"
#include "shared/dto/usage.h"

namespace geminate::ui {

enum class RequestsLoading : std::uint8_t { Never, Running, Done, Failed };

/// Which rows were asked for: the newest of a new search, those behind the last one, or what came since.
enum class RequestsPart : std::uint8_t { Newest, Older, Since };

/// The page of requests: what was searched, the rows so far, and the one whose story is open.
struct RequestsPageState {
  std::string search;  // as typed; see request_filter.h
  std::optional<Message> search_fault;
  RequestQuery query;  // what the rows answer
  /// Counts searches: an answer to an earlier one is dropped.
  std::uint64_t serial = 0;

  RequestsLoading loading = RequestsLoading::Never;
  std::optional<Message> problem;
  std::vector<RequestView> rows;  // newest first
  std::optional<std::string> next_cursor;
  bool asking_older = false;
  bool asking_since = false;
  int empty_pages = 0;  // in a row; one answer looks at so many records at most

  /// The live tail: rows come in by themselves.
  bool tail = true;
  bool moved = false;           // something was told of that is not in the rows yet
  double since_due_at = 0;      // seconds of the platform's clock; not more often
  std::uint64_t prepended = 0;  // rows put before the first, ever: the page keeps its place by it

  std::string open_id;  // empty: no story is open
  std::optional<RequestStory> story;
  std::optional<Message> story_problem;
};

}  // namespace geminate::ui
