#include "frontend-wasm/pages/request_parts.h"

#include <algorithm>

#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"

namespace geminate::ui {
namespace {

template <class Row>
Text name_in(const std::vector<Row>& rows, std::int64_t id, std::string Row::*preview) {
  if (id == 0) return Text::verbatim("–");
  for (const Row& row : rows) {
    if (row.id != id) continue;
    const std::string mark = "…" + row.*preview;
    return Text::verbatim(row.description ? mark + " " + *row.description : mark);
  }
  return Text::verbatim("#" + std::to_string(id));
}

}  // namespace

Tone tone_of(const RequestView& request) {
  switch (request.outcome) {
    case RequestOutcome::Served:
      return request.status < 400 ? Tone::Good : Tone::Warning;
    case RequestOutcome::ClientGone:
      return Tone::Neutral;
    case RequestOutcome::UpstreamError:
    case RequestOutcome::Error:
      return request.status < 500 ? Tone::Warning : Tone::Bad;
    case RequestOutcome::Cut:
    case RequestOutcome::Deadline:
      break;
  }
  return Tone::Bad;
}

Text outcome_name(const Phrasebook& say, RequestOutcome outcome) {
  static constexpr TextId kNames[] = {TextId::OutcomeServed,   TextId::OutcomeUpstreamError,
                                      TextId::OutcomeError,    TextId::OutcomeCut,
                                      TextId::OutcomeDeadline, TextId::OutcomeClientGone};
  return say(kNames[static_cast<std::size_t>(outcome)]);
}

Text route_name(const Phrasebook& say, RequestRoute route) {
  static constexpr TextId kNames[] = {
      TextId::RouteOther,  TextId::RouteGenerate, TextId::RouteStream,
      TextId::RouteChat,   TextId::RouteEmbed,    TextId::RouteCountTokens,
      TextId::RouteModels, TextId::RouteFiles,    TextId::RouteCachedContents};
  return say(kNames[static_cast<std::size_t>(route)]);
}

Text verdict_name(const Phrasebook& say, TriedVerdict verdict) {
  static constexpr TextId kNames[] = {
      TextId::VerdictFine,        TextId::VerdictDead,          TextId::VerdictSuspect,
      TextId::VerdictLimited,     TextId::VerdictNoQuota,       TextId::VerdictWrongOwner,
      TextId::VerdictClientFault, TextId::VerdictUpstreamFault, TextId::VerdictEgress};
  return say(kNames[static_cast<std::size_t>(verdict)]);
}

Tone tone_of(TriedVerdict verdict) {
  switch (verdict) {
    case TriedVerdict::Fine:
      return Tone::Good;
    case TriedVerdict::Dead:
    case TriedVerdict::UpstreamFault:
      return Tone::Bad;
    case TriedVerdict::ClientFault:
    case TriedVerdict::WrongOwner:
      return Tone::Neutral;
    default:
      return Tone::Warning;
  }
}

Text token_name(const AppState& state, std::int64_t id) {
  if (id == 0) return state.phrasebook()(TextId::CallerPlayground);
  return name_in(state.tokens.tokens, id, &ClientTokenView::token_preview);
}

Text key_name(const AppState& state, std::int64_t id) {
  return name_in(state.keys.keys, id, &UpstreamKeyView::key_preview);
}

Text tokens_text(const RequestView& request) {
  if (request.input_tokens == 0 && request.output_tokens == 0) return Text::verbatim("–");
  return Text::verbatim(exact_count(request.input_tokens).str() + " / " +
                        exact_count(request.output_tokens).str());
}

Text cost_text(const Phrasebook& say, const RequestView& request) {
  return request.cost_usd ? dollars(*request.cost_usd) : say(TextId::NoPrice);
}

Text ended_text(const AppState& state, Timestamp time) {
  const std::string exact = exact_time(time, state.zone_minutes).str();
  const std::string today = exact_time(state.wall_now, state.zone_minutes).str();
  const bool same_day = exact.substr(0, 10) == today.substr(0, 10);
  return Text::verbatim(same_day ? exact.substr(11) : exact.substr(5, 11));
}

Text spoken_name(const AppState& state, const RequestView& request) {
  return state.phrasebook()(TextId::RequestRowName, {std::to_string(request.status), request.model,
                                                     ended_text(state, request.ended_at).str()});
}

}  // namespace geminate::ui
