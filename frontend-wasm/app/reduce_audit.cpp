#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/settings_step.h"

namespace geminate::ui {
namespace {

constexpr std::int64_t kRowsAtOnce = 100;

void ask(Step& step, std::optional<std::int64_t> before) {
  AuditPageState& page = step.state.audit;
  page.rows.running = true;
  FetchAudit request{audit_query(page.filter, step.state.wall_now), page.serial};
  request.query.limit = kRowsAtOnce;
  request.query.before = before;
  step.send(std::move(request));
}

}  // namespace

AuditQuery audit_query(const AuditFilter& filter, Timestamp now) {
  using std::chrono::hours;
  constexpr hours kSpans[] = {hours(0), hours(24), hours(7 * 24), hours(30 * 24)};
  AuditQuery query;
  query.who = parse_text(filter.who).value_or("");
  query.action = parse_text(filter.action).value_or("");
  query.target = parse_text(filter.target).value_or("");
  for (auto* wanted : {&query.who, &query.action, &query.target}) {
    if ((*wanted)->empty()) wanted->reset();
  }
  if (filter.period != AuditPeriod::All) query.from = now - kSpans[static_cast<std::size_t>(filter.period)];
  return query;
}

void fetch_audit(Step& step) {
  if (!step.state.session.may_edit) return;
  ++step.state.audit.serial;
  ask(step, std::nullopt);
}

void on(Step& step, const FilterAudit& action) {
  AuditPageState& page = step.state.audit;
  if (page.filter == action.filter) return;
  page.filter = action.filter;
  fetch_audit(step);
}

void on(Step& step, const LoadOlderAudit&) {
  const AuditPageState& page = step.state.audit;
  if (page.rows.running || !page.rows.value || !page.rows.value->next_before) return;
  ask(step, page.rows.value->next_before);
}

void on(Step& step, const OpenAuditRow& action) { step.state.audit.open_row = action.id; }

void on(Step& step, const VerifyAudit&) {
  AuditPageState& page = step.state.audit;
  if (page.verifying) return;
  page.verifying = true;
  step.send(FetchAuditVerification{});
}

void on(Step& step, const ExportAudit&) { step.send(FetchAuditExport{}); }

void on(Step& step, const AuditLoaded& event) {
  AuditPageState& page = step.state.audit;
  if (event.serial != page.serial) return;
  if (!event.older || !page.rows.value) return take(step, page.rows, event.page);
  AuditPage grown = std::move(*page.rows.value);
  grown.rows.insert(grown.rows.end(), event.page.rows.begin(), event.page.rows.end());
  grown.next_before = event.page.next_before;
  take(step, page.rows, grown);
}

void on(Step& step, const AuditVerified& event) {
  server_answered(step);
  step.state.audit.verifying = false;
  step.state.audit.verified = event.outcome;
  step.redraw();
}

void on(Step& step, const AuditExported& event) {
  server_answered(step);
  step.effects.emplace_back(SaveFile{"audit.jsonl", event.lines});
  step.toast(Tone::Good, {TextId::AuditExportedToast, {}});
}

void failed(Step& step, const FetchAudit& request, const Failure& failure) {
  if (request.serial == step.state.audit.serial) miss(step.state.audit.rows, failure);
}
void failed(Step& step, const FetchAuditVerification&, const Failure& failure) {
  step.state.audit.verifying = false;
  step.complain(failure);
}
void failed(Step& step, const FetchAuditExport&, const Failure& failure) { step.complain(failure); }

}  // namespace geminate::ui
