#include "frontend-wasm/pages/audit.h"

#include <algorithm>

#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/pages/settings_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr float kCardHeight = 84;

constexpr std::pair<AuditPeriod, TextId> kPeriods[] = {{AuditPeriod::All, TextId::AuditAnyTime},
                                                       {AuditPeriod::Day, TextId::PeriodDay},
                                                       {AuditPeriod::Week, TextId::PeriodWeek},
                                                       {AuditPeriod::Month, TextId::PeriodMonth}};

Text who_text(const Phrasebook& say, const AuditRow& row) {
  return row.name.empty() ? say(TextId::AuditNobody) : Text::verbatim(row.name);
}

Text target_text(const AuditRow& row) {
  return Text::verbatim(row.target_id.empty() ? row.target_kind : row.target_kind + "/" + row.target_id);
}

bool is_refused(const AuditRow& row) { return row.outcome != "done"; }

Text outcome_text(const Phrasebook& say, const AuditRow& row) {
  return say(is_refused(row) ? TextId::AuditRefused : TextId::AuditDone);
}

/// "is_active, project", as far as there is room for it.
Text fields_text(const AuditRow& row) {
  std::string fields;
  for (const FieldMove& move : row.changes) fields += (fields.empty() ? "" : ", ") + move.field;
  return Text::verbatim(fields);
}

void draw_filters(const AppState& state, AuditFilter& typed, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  struct Field {
    TextId name, hint;
    std::string AuditFilter::*text;
  };
  constexpr Field kFields[] = {{TextId::AuditWho, TextId::AuditWhoHint, &AuditFilter::who},
                               {TextId::AuditAction, TextId::AuditActionHint, &AuditFilter::action},
                               {TextId::AuditTarget, TextId::AuditTargetHint, &AuditFilter::target}};
  const bool one_line = frame.width() >= 860;
  const float room = one_line ? frame.width() - 380 : frame.width();
  const float each = frame.narrow() ? room : (room - 2 * space::kTightGap) / 3;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float y = at.y;
  for (int i = 0; i < 3; ++i) {
    const Field& field = kFields[i];
    const auto column = frame.narrow() ? 0.0F : static_cast<float>(i);
    ImGui::SetCursorScreenPos({at.x + column * (each + space::kTightGap), y});
    const FieldEvent event = search_field(say, field.name, field.hint, typed.*field.text, each);
    if (event.submitted || (event.changed && (typed.*field.text).empty())) emit(FilterAudit{typed});
    if (frame.narrow()) y += surface().field_height() + space::kTightGap;
  }
  if (!frame.narrow()) y += one_line ? 0 : surface().field_height() + space::kTightGap;
  const float drop = one_line ? (surface().field_height() - chip_height()) / 2 : 0;
  ImGui::SetCursorScreenPos({one_line ? at.x + room + space::kSection : at.x, y + drop});
  ImGui::PushID("periods");
  for (const auto& [period, name] : kPeriods) {
    if (period != AuditPeriod::All) ImGui::SameLine(0, space::kTightGap);
    if (!chip(say(name), Text(), state.audit.filter.period == period)) continue;
    typed.period = period;
    emit(FilterAudit{typed});
  }
  ImGui::PopID();
  ImGui::SetCursorScreenPos({at.x, y + (one_line ? surface().field_height() : chip_height()) + space::kGap});
}

void draw_verdict(const Phrasebook& say, const AuditVerification& verdict) {
  if (verdict.ok) {
    banner(Tone::Good, Icon::Check,
           say(TextId::AuditWhole,
               {exact_count(verdict.rows).str(),
                verdict.head_hash.substr(0, std::min<std::size_t>(16, verdict.head_hash.size()))}));
  } else {
    banner(Tone::Bad, Icon::Warning,
           say(TextId::AuditBroken,
               {std::to_string(verdict.first_bad_id.value_or(0)), verdict.reason.value_or("")}));
  }
  gap(space::kGap);
}

void draw_row(const AppState& state, const TableRow& row, const AuditRow& entry, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID(row.index);
  const Press press = table_row(row, Text::verbatim(who_text(say, entry).str() + " " + entry.action), false);
  const Within inside;
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  time_cell(row, 0, state, entry.at, TextId::Never);
  table_cell(row, 1, who_text(say, entry), {.size = type::kDense});
  table_cell(row, 2, Text::verbatim(entry.action),
             {.size = type::kDense, .face = Face::Mono, .colour = is_refused(entry) ? theme().bad.text : 0});
  table_cell(row, 3, target_text(entry), {.size = type::kDense, .face = Face::Mono});
  table_cell(row, 4, is_refused(entry) ? outcome_text(say, entry) : fields_text(entry), quiet);
  table_cell(row, 5, Text::verbatim(entry.address), quiet);
  if (press.clicked) emit(OpenAuditRow{entry.id});
  ImGui::PopID();
}

void draw_card(const AppState& state, const AuditRow& entry, ImVec2 min, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Text title = Text::verbatim(who_text(say, entry).str() + " " + entry.action);
  const bool pressed = row_card(min, width, kCardHeight, title, [&] {
    const Text when = relative_time(say, entry.at, state.wall_now, state.zone_minutes);
    const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
    const float taken = measure(when, quiet).x;
    const float inner = width - 28;
    const auto line = [&](float top, const Text& words, const TextStyle& style, float room) {
      const ImVec2 at{min.x + 14, min.y + top};
      paint_text(at, words, style, room);
      if (!words.empty()) describe_text(words, at, {at.x + room, at.y + 18});
    };
    line(12, Text::verbatim(entry.action),
         {.size = type::kDense, .face = Face::Mono, .colour = is_refused(entry) ? theme().bad.text : 0},
         inner - taken - 8);
    paint_text({min.x + width - 14 - taken, min.y + 13}, when, quiet);
    const std::string target = target_text(entry).str();
    line(34, Text::verbatim(who_text(say, entry).str() + (target.empty() ? "" : " → ") + target),
         {.size = type::kDense}, inner);
    line(57, is_refused(entry) ? outcome_text(say, entry) : fields_text(entry), quiet, inner);
  });
  if (pressed) emit(OpenAuditRow{entry.id});
}

void draw_table(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const auto& rows = state.audit.rows.value->rows;
  const std::vector<TableColumn> columns = {
      {say(TextId::AuditWhen), 104, 0},      {say(TextId::AuditWho), 84, 0.8F},
      {say(TextId::AuditAction), 120, 0.9F}, {say(TextId::AuditTarget), 100, 0.9F},
      {say(TextId::AuditChanges), 90, 1.5F}, {say(TextId::SessionAddress), 92, 0.6F}};
  const TableSpec spec{.id = "audit",
                       .name = say(TextId::NavAudit),
                       .columns = &columns,
                       .rows = static_cast<int>(rows.size())};
  data_table(spec, size, [&](const TableRow& row) {
    draw_row(state, row, rows[static_cast<std::size_t>(row.index)], emit);
  });
}

void draw_list(const AppState& state, Drafts& drafts, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const AuditPageState& page = state.audit;
  const bool more = page.rows.value->next_before.has_value();
  const float foot = more && !frame.narrow() ? 44 : 0;
  const ImVec2 size{frame.width(), frame.height_left(320) - foot};
  if (page.rows.value->rows.empty()) {
    const Card card("no_audit", size, {1, 1});
    const bool all = page.filter == AuditFilter();
    if (empty_state(Icon::List, say(all ? TextId::NoAudit : TextId::NoAuditMatch), Text(),
                    all ? Text() : say(TextId::ClearFilters)))
      emit(FilterAudit{drafts.audit = {}});
    return;
  }
  if (frame.narrow()) {
    row_cards(page.rows.value->rows, kCardHeight,
              [&](const AuditRow& entry, ImVec2 min) { draw_card(state, entry, min, frame.width(), emit); });
  } else {
    draw_table(state, size, emit);
  }
  if (!more) return;
  gap(space::kTightGap);
  if (button(say(TextId::AuditOlder), {.disabled = page.rows.running, .small = true})) emit(LoadOlderAudit{});
}

void draw_fact(const Text& name, const Text& value, float width) {
  if (value.empty()) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  constexpr float kNames = 120;
  text(name, {.size = type::kDense, .colour = theme().secondary}, kNames - 8);
  const float after = ImGui::GetCursorScreenPos().y;
  ImGui::SetCursorScreenPos({at.x + kNames, at.y});
  paragraph(value, {.size = type::kDense}, width - kNames);
  ImGui::SetCursorScreenPos({at.x, std::max(after, ImGui::GetCursorScreenPos().y)});
}

Text move_text(const Phrasebook& say, const FieldMove& move) {
  const auto side = [&say](const std::optional<std::string>& value) {
    return value ? *value : say(TextId::None).str();
  };
  return Text::verbatim(side(move.before) + " → " + side(move.after));
}

void draw_details(const AppState& state, const AuditRow& row, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Dialog dialog("audit_row", Text::verbatim(row.action), Dialog::Form::Middle, 560);
  const float width = dialog.inner_width();
  if (is_refused(row)) banner(Tone::Bad, Icon::Warning, outcome_text(say, row));
  draw_fact(say(TextId::AuditWhen), time_and_utc(row.at, state.zone_minutes), width);
  draw_fact(say(TextId::AuditWho), who_text(say, row), width);
  draw_fact(say(TextId::AuditTarget), target_text(row), width);
  draw_fact(say(TextId::SessionAddress), Text::verbatim(row.address), width);
  draw_fact(say(TextId::AuditEntrance), Text::verbatim(row.entrance), width);
  draw_fact(say(TextId::AuditRequest), Text::verbatim(row.request_id), width);
  draw_fact(say(TextId::AuditHash), Text::verbatim("#" + std::to_string(row.id) + " " + row.hash), width);
  heading(say(TextId::AuditChanges), 3);
  if (row.changes.empty()) paragraph(say(TextId::None), {.colour = theme().secondary}, width);
  for (const FieldMove& move : row.changes)
    draw_fact(Text::verbatim(move.field), move_text(say, move), width);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + width - button_width(say(TextId::Close)), at.y});
  if (button(say(TextId::Close)) || dialog.dismissed()) emit(OpenAuditRow{});
}

}  // namespace

void audit_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const AuditPageState& page = state.audit;
  {
    const bool open = state.session.may_edit;
    std::vector<HeaderAction> actions;
    if (open) {
      actions.push_back(
          {say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&emit] { emit(RefreshPage{}); }});
      actions.push_back(
          {say(TextId::Export), Icon::Download, ButtonKind::Quiet, [&emit] { emit(ExportAudit{}); }});
      actions.push_back({say(page.verifying ? TextId::AuditVerifying : TextId::AuditVerify), Icon::Check,
                         ButtonKind::Primary, [&emit] { emit(VerifyAudit{}); }});
    }
    const PageFrame frame(state, emit, say(TextId::NavAudit), std::move(actions),
                          state.memory_mode() ? say(TextId::AuditMemoryHint) : Text());
    if (!open) {
      const Card card("no_audit", {frame.width(), frame.height_left(280)}, {1, 1});
      empty_state(Icon::List, say(TextId::OnlyAdmins), say(TextId::OnlyAdminsHint));
      return;
    }
    if (page.verified) draw_verdict(say, *page.verified);
    draw_filters(state, drafts.audit, frame, emit);
    if (!draw_not_loaded(state, frame, page.rows.value.has_value(), page.rows.problem,
                         say(TextId::AuditNotLoaded), emit))
      draw_list(state, drafts, frame, emit);
  }
  if (const AuditRow* row = page.find(page.open_row)) draw_details(state, *row, emit);
}

}  // namespace geminate::ui
