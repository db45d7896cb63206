#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/settings_step.h"

namespace geminate::ui {
namespace {

void send_setting(Step& step, std::optional<std::string> value) {
  SettingsPageState& page = step.state.settings;
  if (page.saving) return;
  page.saving = true;
  page.field_errors.clear();
  const SettingView& row = page.open_setting;
  step.send(SendSettings{{{{row.name, std::move(value), row.revision}}}});
}

/// What an admin has set; a limit that was learnt is not the form's.
std::string admins_text(const std::optional<QuotaLimitView>& limit) {
  return limit && limit->origin == LimitOrigin::Admin ? std::to_string(limit->amount) : std::string();
}

struct QuotaField {
  const char* name;
  std::string QuotaForm::*typed;
  std::optional<QuotaLimitView> QuotaView::*known;
  Patch<std::int64_t> QuotaPatch::*wanted;
};
constexpr QuotaField kQuotaFields[] = {
    {"requests_per_minute", &QuotaForm::requests_per_minute, &QuotaView::requests_per_minute,
     &QuotaPatch::requests_per_minute},
    {"tokens_per_minute", &QuotaForm::tokens_per_minute, &QuotaView::tokens_per_minute,
     &QuotaPatch::tokens_per_minute},
    {"requests_per_day", &QuotaForm::requests_per_day, &QuotaView::requests_per_day,
     &QuotaPatch::requests_per_day},
    {"tokens_per_day", &QuotaForm::tokens_per_day, &QuotaView::tokens_per_day, &QuotaPatch::tokens_per_day}};

/// Only what differs from what an admin had set before.
QuotaPatch quota_patch_of(const QuotaForm& form, const QuotaView& row, FieldErrors& errors) {
  QuotaPatch patch;
  patch.model = row.model.empty() ? parse_text(form.model).value_or("") : row.model;
  if (row.key_id != 0) {
    patch.key_id = row.key_id;
  } else {
    patch.project = row.model.empty() ? parse_text(form.project).value_or("") : row.project;
    if (patch.project->empty()) errors["project"] = {TextId::ValueMissing, {}};
  }
  if (patch.model.empty()) errors["model"] = {TextId::ValueMissing, {}};
  for (const QuotaField& field : kQuotaFields) {
    const auto limit = parse_limit(form.*field.typed);
    if (!limit) {
      errors[field.name] = {TextId::FieldWholeNumber, {}};
    } else if (limit_text(*limit) != limit_text(parse_limit(admins_text(row.*field.known)).value())) {
      (patch.*field.wanted).present = true;
      (patch.*field.wanted).value = *limit;
    }
  }
  return patch;
}

bool asks_anything(const QuotaPatch& patch) {
  for (const QuotaField& field : kQuotaFields) {
    if ((patch.*field.wanted).present) return true;
  }
  return false;
}

struct PriceField {
  const char* name;
  std::string PriceForm::*typed;
};
constexpr PriceField kPriceFields[] = {{"input_usd", &PriceForm::input_usd},
                                       {"output_usd", &PriceForm::output_usd},
                                       {"cached_usd", &PriceForm::cached_usd}};

/// The admin's own prices without that model's.
PriceEdit own_prices(const SettingsPageState& page, const std::string& without) {
  PriceEdit edit;
  if (!page.prices.value) return edit;
  edit.revision = page.prices.value->revision;
  for (const PriceView& price : page.prices.value->prices) {
    if (!price.is_default && price.model != without)
      edit.prices.push_back({price.model, price.input_usd, price.output_usd, price.cached_usd});
  }
  return edit;
}

double read_price(const std::string& text, const char* field, FieldErrors& errors) {
  const auto price = parse_price(text);
  if (!price) errors[field] = {TextId::PriceInvalid, {}};
  return price.value_or(0);
}

/// After a conflict: what somebody else set is taken over where nothing was typed, and said where something
/// was.
void rebase_price(Step& step) {
  SettingsPageState& page = step.state.settings;
  if (page.overlay != SettingsOverlay::Price || !page.conflict) return;
  page.conflict = false;
  PriceForm& form = step.drafts.settings.price;
  const std::string model =
      page.open_price.model.empty() ? parse_text(form.model).value_or("") : page.open_price.model;
  for (const PriceView& row : page.prices.value->prices) {
    if (row.model != model) continue;
    const PriceForm before = page.open_price.model.empty() ? PriceForm{} : form_of(page.open_price);
    const PriceForm latest = form_of(row);
    for (const PriceField& field : kPriceFields) {
      if (latest.*field.typed == before.*field.typed || latest.*field.typed == form.*field.typed) continue;
      if (form.*field.typed == before.*field.typed) {
        form.*field.typed = latest.*field.typed;
      } else {
        page.field_errors[field.name] = {TextId::FieldChangedByOther, {latest.*field.typed}};
      }
    }
    if (!page.open_price.model.empty()) page.open_price = row;
  }
}

}  // namespace

QuotaForm form_of(const QuotaView& row) {
  QuotaForm form;
  form.project = row.project;
  form.model = row.model;
  for (const QuotaField& field : kQuotaFields) form.*field.typed = admins_text(row.*field.known);
  return form;
}

PriceForm form_of(const PriceView& row) {
  if (row.model.empty()) return {};
  return {row.model, price_text(row.input_usd), price_text(row.output_usd), price_text(row.cached_usd)};
}

void open_form(Step& step, SettingsOverlay overlay) {
  SettingsPageState& page = step.state.settings;
  page.overlay = overlay;
  page.field_errors.clear();
  page.conflict = false;
  page.saving = false;
}

void saving_failed(Step& step, const Failure& failure) {
  SettingsPageState& page = step.state.settings;
  page.saving = false;
  if (!blames_form(failure) || page.overlay == SettingsOverlay::None) return step.complain(failure);
  // "prices[2].model" is the form's "model".
  const auto dot = failure.field.rfind('.');
  std::string field = dot == std::string::npos ? failure.field : failure.field.substr(dot + 1);
  if (field == "prices" || field == "aliases") field.clear();
  // Which row of a list the server means, the form knows.
  const bool names_row = dot != std::string::npos && failure.message.starts_with(failure.field);
  page.field_errors[field] = {TextId::ServerSays, {failure.message.substr(names_row ? dot + 1 : 0)}};
}

bool moved_on(Step& step, const Failure& failure, SettingsOverlay which) {
  SettingsPageState& page = step.state.settings;
  saving_failed(step, failure);
  if (failure.status != 409 || page.overlay != which) return false;
  page.field_errors = {{"", {TextId::RowMovedOn, {}}}};
  page.conflict = true;
  return true;
}

void saved(Step& step, SettingsOverlay which, Message message) {
  SettingsPageState& page = step.state.settings;
  page.saving = false;
  if (page.overlay == which) close_settings(page);
  step.announce(std::move(message), TextId::MemoryNoteChange);
}

void close_settings(SettingsPageState& page) {
  page.overlay = SettingsOverlay::None;
  page.field_errors.clear();
  page.conflict = false;
}

void forget_calls(SettingsPageState& page) {
  page.settings.running = page.quotas.running = page.prices.running = page.about.running =
      page.aliases.running = false;
  page.saving = false;
}

void fetch_settings(Step& step) {
  SettingsPageState& page = step.state.settings;
  switch (page.tab) {
    case SettingsTab::Settings:
      return fetch<FetchSettings>(step, page.settings);
    case SettingsTab::Quotas:
      return fetch<FetchQuotaList>(step, page.quotas);
    case SettingsTab::Prices:
      return fetch<FetchPrices>(step, page.prices);
    case SettingsTab::About:
      return fetch<FetchAbout>(step, page.about);
  }
}

void on(Step& step, const ShowSettingsTab& action) {
  step.state.settings.tab = action.tab;
  close_settings(step.state.settings);
  fetch_settings(step);
}

void on(Step& step, const RefreshSettings&) { fetch_settings(step); }

void on(Step& step, const FilterSettings& action) { step.state.settings.filter = action.filter; }

void on(Step& step, const OpenSetting& action) {
  SettingsPageState& page = step.state.settings;
  const SettingView* row = page.find(action.name);
  if (row == nullptr || !row->is_editable) return;
  open_form(step, SettingsOverlay::Setting);
  page.open_setting = *row;
  step.drafts.settings.value = row->value.value_or("");
}

void on(Step& step, const SaveSetting&) {
  SettingsPageState& page = step.state.settings;
  if (step.drafts.settings.value == page.open_setting.value) {
    close_settings(page);
    return step.toast(Tone::Neutral, {TextId::NothingChanged, {}});
  }
  send_setting(step, step.drafts.settings.value);
}

void on(Step& step, const ResetSetting&) { send_setting(step, std::nullopt); }

void on(Step& step, const OpenQuota& action) {
  SettingsPageState& page = step.state.settings;
  open_form(step, SettingsOverlay::Quota);
  page.open_quota = {};
  if (page.quotas.value && !action.model.empty()) {
    for (const QuotaView& row : page.quotas.value->quotas) {
      if (row.project == action.project && row.key_id == action.key_id && row.model == action.model)
        page.open_quota = row;
    }
  }
  step.drafts.settings.quota = form_of(page.open_quota);
}

void on(Step& step, const SaveQuota&) {
  SettingsPageState& page = step.state.settings;
  if (page.saving) return;
  page.field_errors.clear();
  const QuotaPatch patch = quota_patch_of(step.drafts.settings.quota, page.open_quota, page.field_errors);
  if (!page.field_errors.empty()) return;
  if (!asks_anything(patch)) {
    close_settings(page);
    return step.toast(Tone::Neutral, {TextId::NothingChanged, {}});
  }
  page.saving = true;
  step.send(SendQuota{patch});
}

void on(Step& step, const OpenPrice& action) {
  SettingsPageState& page = step.state.settings;
  open_form(step, SettingsOverlay::Price);
  page.open_price = {};
  step.drafts.settings.price = {};
  if (!page.prices.value || action.model.empty()) return;
  for (const PriceView& row : page.prices.value->prices) {
    if (row.model == action.model) page.open_price = row;
  }
  step.drafts.settings.price = form_of(page.open_price);
}

void on(Step& step, const SavePrice&) {
  SettingsPageState& page = step.state.settings;
  const PriceForm& form = step.drafts.settings.price;
  if (page.saving) return;
  page.field_errors.clear();
  PriceDraft draft;
  draft.model = page.open_price.model.empty() ? parse_text(form.model).value_or("") : page.open_price.model;
  if (draft.model.empty()) page.field_errors["model"] = {TextId::ValueMissing, {}};
  draft.input_usd = read_price(form.input_usd, "input_usd", page.field_errors);
  draft.output_usd = read_price(form.output_usd, "output_usd", page.field_errors);
  draft.cached_usd = read_price(form.cached_usd, "cached_usd", page.field_errors);
  if (!page.field_errors.empty()) return;
  PriceEdit edit = own_prices(page, draft.model);
  edit.prices.push_back(draft);
  page.saving = true;
  step.send(SendPrices{edit, draft.model, false});
}

void on(Step& step, const ResetPrice&) {
  SettingsPageState& page = step.state.settings;
  if (page.saving) return;
  page.saving = true;
  step.send(SendPrices{own_prices(page, page.open_price.model), page.open_price.model, true});
}

void on(Step& step, const SettingsLoaded& event) {
  SettingsPageState& page = step.state.settings;
  take(step, page.settings, event.list);
  if (page.overlay != SettingsOverlay::Setting || !page.conflict) return;
  // What was typed stays; what it is compared with is the latest.
  if (const SettingView* latest = page.find(page.open_setting.name)) {
    page.open_setting = *latest;
    page.conflict = false;
  }
}

void on(Step& step, const SettingsSaved& event) {
  SettingsPageState& page = step.state.settings;
  take(step, page.settings, event.list);
  const SettingView* row = page.find(event.name);
  const std::string value = row != nullptr ? row->value.value_or("") : std::string();
  saved(step, SettingsOverlay::Setting,
        {event.reset ? TextId::SettingReset : TextId::SettingSaved,
         {event.name, value.empty() ? step.state.phrasebook()(TextId::None).str() : value}});
}

void on(Step& step, const QuotaListLoaded& event) { take(step, step.state.settings.quotas, event.list); }

void on(Step& step, const QuotaSaved& event) {
  server_answered(step);
  saved(step, SettingsOverlay::Quota, {TextId::QuotaSavedToast, {event.quota.model}});
  fetch<FetchQuotaList>(step, step.state.settings.quotas);
}

void on(Step& step, const PricesLoaded& event) {
  SettingsPageState& page = step.state.settings;
  take(step, page.prices, event.list);
  if (event.model.empty()) return rebase_price(step);
  saved(step, SettingsOverlay::Price, {event.reset ? TextId::PriceReset : TextId::PriceSaved, {event.model}});
}

void on(Step& step, const AboutLoaded& event) { take(step, step.state.settings.about, event.about); }

void failed(Step& step, const FetchSettings&, const Failure& failure) {
  miss(step.state.settings.settings, failure);
}
void failed(Step& step, const FetchQuotaList&, const Failure& failure) {
  miss(step.state.settings.quotas, failure);
}
void failed(Step& step, const FetchPrices&, const Failure& failure) {
  miss(step.state.settings.prices, failure);
}
void failed(Step& step, const FetchAbout&, const Failure& failure) {
  miss(step.state.settings.about, failure);
}

void failed(Step& step, const SendSettings&, const Failure& failure) {
  SettingsPageState& page = step.state.settings;
  if (moved_on(step, failure, SettingsOverlay::Setting)) fetch_anew<FetchSettings>(step, page.settings);
}

void failed(Step& step, const SendQuota&, const Failure& failure) { saving_failed(step, failure); }
void failed(Step& step, const SendPrices&, const Failure& failure) {
  SettingsPageState& page = step.state.settings;
  if (moved_on(step, failure, SettingsOverlay::Price)) fetch_anew<FetchPrices>(step, page.prices);
}

}  // namespace geminate::ui
