#include "frontend-wasm/app/form_bodies.h"

#include <array>

#include "frontend-wasm/app/form_values.h"

namespace geminate::ui {
namespace {

constexpr std::array kKeyTexts = {
    &KeyForm::description,           &KeyForm::project,        &KeyForm::tags,   &KeyForm::user_id,
    &KeyForm::max_tokens_per_day,    &KeyForm::context_window, &KeyForm::weight, &KeyForm::priority,
    &KeyForm::rate_limit_per_minute, &KeyForm::expires_at};
/// The API's names of kKeyTexts.
constexpr std::array kKeyNames = {"description",           "project",        "tags",   "user_id",
                                  "max_tokens_per_day",    "context_window", "weight", "priority",
                                  "rate_limit_per_minute", "expires_at"};
static_assert(kKeyNames.size() == kKeyTexts.size());
constexpr std::array kKeySwitches = {&KeyForm::is_active, &KeyForm::enable_context_management};
constexpr std::array kTokenTexts = {&TokenForm::description,        &TokenForm::rate_limit_per_minute,
                                    &TokenForm::tokens_per_minute,  &TokenForm::requests_per_day,
                                    &TokenForm::max_tokens_per_day, &TokenForm::max_tokens_total,
                                    &TokenForm::max_cost_usd,       &TokenForm::models,
                                    &TokenForm::allowed_ips,        &TokenForm::context_window,
                                    &TokenForm::expires_at};
/// The API's names of kTokenTexts.
constexpr std::array kTokenNames = {
    "description",        "rate_limit_per_minute", "tokens_per_minute", "requests_per_day",
    "max_tokens_per_day", "max_tokens_total",      "max_cost_usd",      "models",
    "allowed_ips",        "context_window",        "expires_at"};
static_assert(kTokenNames.size() == kTokenTexts.size());
constexpr std::array kTokenSwitches = {&TokenForm::is_active};

/// Reads one field after the other and keeps the first fault of each.
struct Reader {
  std::int32_t zone_minutes;
  FieldErrors& errors;

  std::optional<std::int64_t> limit(const char* name, const std::string& text) {
    return checked(name, parse_limit(text), TextId::FieldWholeNumber);
  }
  std::optional<double> money(const char* name, const std::string& text) {
    return checked(name, parse_money(text), TextId::FieldMoney);
  }
  std::optional<Timestamp> time(const char* name, const std::string& text) {
    return checked(name, parse_local_time(text, zone_minutes), TextId::FieldTime);
  }
  /// Nothing typed stands for the default.
  std::int32_t integer(const char* name, const std::string& text, std::int32_t fallback, std::int32_t least) {
    if (!parse_text(text)) return fallback;
    const auto number = parse_integer(text);
    if (number && *number >= least) return *number;
    errors[name] = {least > 0 ? TextId::FieldPositiveInteger : TextId::FieldInteger, {}};
    return fallback;
  }

 private:
  template <class T>
  T checked(const char* name, std::optional<T> parsed, TextId fault) {
    if (parsed) return *std::move(parsed);
    errors[name] = {fault, {}};
    return {};
  }
};

constexpr std::int32_t kAnyInteger = INT32_MIN;

/// All values that a key's form holds.
struct KeyValues {
  std::optional<std::string> description, project, user_id;
  std::vector<std::string> tags;
  std::optional<std::int64_t> max_tokens_per_day, rate_limit_per_minute, context_window;
  std::optional<Timestamp> expires_at;
  std::int32_t weight = 1, priority = 0;
};

KeyValues read(const KeyForm& form, Reader reader) {
  return {parse_text(form.description),
          parse_text(form.project),
          parse_text(form.user_id),
          parse_tags(form.tags),
          reader.limit("max_tokens_per_day", form.max_tokens_per_day),
          reader.limit("rate_limit_per_minute", form.rate_limit_per_minute),
          reader.limit("context_window", form.context_window),
          reader.time("expires_at", form.expires_at),
          reader.integer("weight", form.weight, 1, 1),
          reader.integer("priority", form.priority, 0, kAnyInteger)};
}

template <class T>
void put(Patch<T>& patch, const std::optional<T>& wanted, const std::optional<T>& present) {
  if (wanted == present) return;
  patch = wanted ? Patch<T>::to(*wanted) : Patch<T>::cleared();
}
template <class T>
void put(Patch<T>& patch, const T& wanted, const T& present) {
  if (wanted != present) patch = Patch<T>::to(wanted);
}
/// Fields show minutes; a time whose minute was left alone keeps its seconds.
void put_time(Patch<Timestamp>& patch, const std::string& typed, const std::string& shown,
              const std::optional<Timestamp>& wanted) {
  if (typed == shown) return;
  patch = wanted ? Patch<Timestamp>::to(*wanted) : Patch<Timestamp>::cleared();
}

template <class Form, class Texts, class Switches>
void rebase_fields(Form& form, const Form& before, const Form& latest, const Texts& texts,
                   const Switches& switches) {
  for (const auto field : texts) {
    if (form.*field == before.*field) form.*field = latest.*field;
  }
  for (const auto field : switches) {
    if (form.*field == before.*field) form.*field = latest.*field;
  }
}

template <class Form, class Texts, class Names>
FieldErrors find_conflicts(const Form& form, const Form& before, const Form& latest, const Texts& texts,
                           const Names& names) {
  FieldErrors found;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& theirs = latest.*texts[i];
    const bool both = form.*texts[i] != before.*texts[i] && theirs != before.*texts[i];
    if (!both || form.*texts[i] == theirs) continue;
    found[names[i]] = theirs.empty() ? Message{TextId::FieldClearedByOther, {}}
                                     : Message{TextId::FieldChangedByOther, {theirs}};
  }
  return found;
}

template <class Body>
bool asks_for_nothing(const Body& patch) {
  bool empty = true;
  Body::describe(patch, [&empty](const char*, const auto& field, const char*, Presence = Presence::Required) {
    if constexpr (requires { field.present; }) empty = empty && !field.present;
  });
  return empty;
}

}  // namespace

KeyForm form_of(const UpstreamKeyView& row, std::int32_t zone_minutes) {
  KeyForm form;
  form.description = row.description.value_or("");
  form.project = row.project.value_or("");
  form.tags = tags_text(row.tags);
  form.user_id = row.user_id.value_or("");
  form.max_tokens_per_day = limit_text(row.max_tokens_per_day);
  form.rate_limit_per_minute = limit_text(row.rate_limit_per_minute);
  form.context_window = limit_text(row.context_window);
  form.weight = std::to_string(row.weight);
  form.priority = std::to_string(row.priority);
  form.expires_at = local_time_text(row.expires_at, zone_minutes);
  form.is_active = row.is_active;
  form.enable_context_management = row.enable_context_management;
  return form;
}

std::optional<KeyPatch> patch_of(const KeyForm& form, const UpstreamKeyView& row, std::int32_t zone_minutes,
                                 FieldErrors& errors) {
  const KeyValues values = read(form, {zone_minutes, errors});
  if (!errors.empty()) return std::nullopt;
  KeyPatch patch;
  put(patch.description, values.description, row.description);
  put(patch.project, values.project, row.project);
  put(patch.user_id, values.user_id, row.user_id);
  put(patch.tags, values.tags, row.tags);
  put(patch.max_tokens_per_day, values.max_tokens_per_day, row.max_tokens_per_day);
  put(patch.rate_limit_per_minute, values.rate_limit_per_minute, row.rate_limit_per_minute);
  put(patch.context_window, values.context_window, row.context_window);
  put_time(patch.expires_at, form.expires_at, local_time_text(row.expires_at, zone_minutes),
           values.expires_at);
  put(patch.weight, values.weight, row.weight);
  put(patch.priority, values.priority, row.priority);
  put(patch.is_active, form.is_active, row.is_active);
  put(patch.enable_context_management, form.enable_context_management, row.enable_context_management);
  patch.revision = row.revision;
  return patch;
}

std::optional<KeyDraft> key_draft_of(const KeyForm& form, std::string key_text, std::int32_t zone_minutes,
                                     FieldErrors& errors) {
  KeyValues values = read(form, {zone_minutes, errors});
  if (!errors.empty()) return std::nullopt;
  KeyDraft draft;
  draft.key_string = std::move(key_text);
  draft.description = std::move(values.description);
  draft.expires_at = values.expires_at;
  draft.is_active = form.is_active;
  draft.enable_context_management = form.enable_context_management;
  draft.context_window = values.context_window;
  draft.max_tokens_per_day = values.max_tokens_per_day;
  draft.rate_limit_per_minute = values.rate_limit_per_minute;
  draft.user_id = std::move(values.user_id);
  draft.project = std::move(values.project);
  draft.tags = std::move(values.tags);
  draft.weight = values.weight;
  draft.priority = values.priority;
  return draft;
}

FieldErrors conflicts(const KeyForm& form, const KeyForm& before, const KeyForm& latest) {
  return find_conflicts(form, before, latest, kKeyTexts, kKeyNames);
}

void rebase(KeyForm& form, const KeyForm& before, const KeyForm& latest) {
  rebase_fields(form, before, latest, kKeyTexts, kKeySwitches);
}

TokenForm form_of(const ClientTokenView& row, std::int32_t zone_minutes) {
  TokenForm form;
  form.description = row.description.value_or("");
  form.rate_limit_per_minute = limit_text(row.rate_limit_per_minute);
  form.tokens_per_minute = limit_text(row.tokens_per_minute);
  form.requests_per_day = limit_text(row.requests_per_day);
  form.max_tokens_per_day = limit_text(row.max_tokens_per_day);
  form.max_tokens_total = limit_text(row.max_tokens_total);
  form.max_cost_usd = money_text(row.max_cost_usd);
  form.cost_period = row.cost_period;
  form.models = tags_text(row.models);
  form.allowed_ips = tags_text(row.allowed_ips);
  form.context_window = limit_text(row.context_window);
  form.enable_context_management = row.enable_context_management;
  form.expires_at = local_time_text(row.expires_at, zone_minutes);
  form.is_active = row.is_active;
  return form;
}

std::optional<TokenPatch> patch_of(const TokenForm& form, const ClientTokenView& row,
                                   std::int32_t zone_minutes, FieldErrors& errors) {
  const auto wanted = token_draft_of(form, zone_minutes, errors);
  if (!wanted) return std::nullopt;
  TokenPatch patch;
  put(patch.description, wanted->description, row.description);
  put(patch.rate_limit_per_minute, wanted->rate_limit_per_minute, row.rate_limit_per_minute);
  put(patch.tokens_per_minute, wanted->tokens_per_minute, row.tokens_per_minute);
  put(patch.requests_per_day, wanted->requests_per_day, row.requests_per_day);
  put(patch.max_tokens_per_day, wanted->max_tokens_per_day, row.max_tokens_per_day);
  put(patch.max_tokens_total, wanted->max_tokens_total, row.max_tokens_total);
  put(patch.max_cost_usd, wanted->max_cost_usd, row.max_cost_usd);
  put(patch.cost_period, form.cost_period, row.cost_period);
  put(patch.models, wanted->models.value_or(std::vector<std::string>{}), row.models);
  put(patch.allowed_ips, wanted->allowed_ips.value_or(std::vector<std::string>{}), row.allowed_ips);
  put(patch.context_window, wanted->context_window, row.context_window);
  put(patch.enable_context_management, wanted->enable_context_management, row.enable_context_management);
  put_time(patch.expires_at, form.expires_at, local_time_text(row.expires_at, zone_minutes),
           wanted->expires_at);
  put(patch.is_active, form.is_active, row.is_active);
  patch.revision = row.revision;
  return patch;
}

std::optional<TokenDraft> token_draft_of(const TokenForm& form, std::int32_t zone_minutes,
                                         FieldErrors& errors) {
  Reader reader{zone_minutes, errors};
  TokenDraft draft;
  draft.description = parse_text(form.description);
  draft.expires_at = reader.time("expires_at", form.expires_at);
  draft.is_active = form.is_active;
  draft.rate_limit_per_minute = reader.limit("rate_limit_per_minute", form.rate_limit_per_minute);
  draft.tokens_per_minute = reader.limit("tokens_per_minute", form.tokens_per_minute);
  draft.requests_per_day = reader.limit("requests_per_day", form.requests_per_day);
  draft.max_tokens_per_day = reader.limit("max_tokens_per_day", form.max_tokens_per_day);
  draft.max_tokens_total = reader.limit("max_tokens_total", form.max_tokens_total);
  draft.max_cost_usd = reader.money("max_cost_usd", form.max_cost_usd);
  // Without a budget the period says nothing, so the server's own stands.
  if (draft.max_cost_usd) draft.cost_period = form.cost_period;
  draft.models = parse_words(form.models);
  draft.allowed_ips = parse_words(form.allowed_ips);
  draft.context_window = reader.limit("context_window", form.context_window);
  draft.enable_context_management = form.enable_context_management;
  if (!errors.empty()) return std::nullopt;
  return draft;
}

FieldErrors conflicts(const TokenForm& form, const TokenForm& before, const TokenForm& latest) {
  return find_conflicts(form, before, latest, kTokenTexts, kTokenNames);
}

void rebase(TokenForm& form, const TokenForm& before, const TokenForm& latest) {
  rebase_fields(form, before, latest, kTokenTexts, kTokenSwitches);
  if (form.cost_period == before.cost_period) form.cost_period = latest.cost_period;
  if (form.enable_context_management == before.enable_context_management)
    form.enable_context_management = latest.enable_context_management;
}

bool is_empty(const KeyPatch& patch) { return asks_for_nothing(patch); }
bool is_empty(const TokenPatch& patch) { return asks_for_nothing(patch); }

}  // namespace geminate::ui
