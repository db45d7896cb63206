#include "backend/config/setting_views.h"

#include "backend/config/setting_texts.h"

namespace geminate::config {
namespace {

template <class T>
SettingKind kind_of(const SettingFacts& facts) {
  if constexpr (kIsSecret<T>) {
    return SettingKind::Secret;
  } else if constexpr (kIsList<T>) {
    return SettingKind::List;
  } else if constexpr (std::is_enum_v<T>) {
    return SettingKind::Choice;
  } else if constexpr (std::unsigned_integral<T>) {
    if (facts.unit == Unit::Bytes) return SettingKind::Size;
    return facts.unit == Unit::Seconds ? SettingKind::Seconds : SettingKind::Number;
  } else {
    return SettingKind::Text;
  }
}

/// What the list itself says of each setting.
std::vector<SettingView> plain_views() {
  std::vector<SettingView> views;
  const Config defaults;
  Words section;
  describe_settings(defaults, [&](const char* name, const auto& value, const SettingFacts& facts) {
    using Member = std::remove_cvref_t<decltype(value)>;
    if (!facts.section.empty()) section = facts.section;
    SettingView& view = views.emplace_back();
    view.name = name;
    view.section = section.english;
    view.section_zh = section.chinese;
    view.sentence = facts.sentence.english;
    view.sentence_zh = facts.sentence.chinese;
    view.kind = kind_of<Member>(facts);
    view.default_value = value_text(value, facts);
    view.default_value_zh = view.default_value;
    if (!facts.default_words.empty()) {
      view.default_value = facts.default_words.english;
      view.default_value_zh = facts.default_words.chinese;
    }
    view.allowed = allowed_text<Member>(facts);
    view.allowed_zh = allowed_text_chinese<Member>(facts);
    if constexpr (std::is_enum_v<Member>) {
      for (const std::string_view word : enum_words<Member>()) view.choices.emplace_back(word);
    }
    view.is_editable = facts.live;
  });
  return views;
}

}  // namespace

std::vector<NamedText> value_texts(const Config& config) {
  std::vector<NamedText> texts;
  describe_settings(config, [&](const char* name, const auto& value, const SettingFacts& facts) {
    texts.push_back({name, value_text(value, facts)});
  });
  return texts;
}

Changeable changeable(std::string_view name) {
  auto found = Changeable::Unknown;
  const Config defaults;
  describe_settings(defaults, [&](const char* candidate, const auto&, const SettingFacts& facts) {
    if (candidate == name) found = facts.live ? Changeable::Live : Changeable::AtStart;
  });
  return found;
}

std::vector<SettingView> setting_views(const SettingStanding& standing) {
  auto views = plain_views();
  const auto now = value_texts(standing.in_force);
  const auto before = value_texts(standing.environment);
  for (std::size_t i = 0; i < views.size(); ++i) {
    SettingView& view = views[i];
    const auto source = standing.sources.find(view.name);
    if (source != standing.sources.end()) {
      view.origin = source->second.origin;
      view.variable = source->second.variable;
    }
    view.environment_origin = view.origin;
    view.revision = standing.revision(view.name);
    if (view.kind != SettingKind::Secret) view.value = now[i].text;
    if (const SettingRow* row = standing.console_row(view.name)) {
      view.origin = SettingOrigin::Console;
      view.environment_value = before[i].text;
      view.changed_at = row->changed_at;
    }
    view.is_set = view.origin != SettingOrigin::Default;
  }
  return views;
}

}  // namespace geminate::config
