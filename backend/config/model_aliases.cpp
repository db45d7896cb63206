#include "backend/config/model_aliases.h"

#include <algorithm>

#include "shared/core/ascii.h"

namespace geminate::config {
namespace {

constexpr std::size_t kMostAliases = 1000;
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestNote = 500;

Error refuse(const std::string& field, const std::string& finding) {
  return Error{ErrorCode::BadRequest, field + ' ' + finding, {}, field, {}};
}

bool is_letter_or_digit(char c) {
  const char low = ascii_lower(c);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9');
}

bool is_spelt(std::string_view name, std::string_view signs) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [signs](char c) {
           return is_letter_or_digit(c) || signs.find(c) != std::string_view::npos;
         });
}

bool is_alias(std::string_view text) {
  if (text.ends_with('*')) text.remove_suffix(1);
  return is_spelt(text, "._-/:@") && bare_model(text) == text;
}

/// It becomes a segment of a path: no dot begins it.
bool is_model(std::string_view text) { return is_spelt(text, "._-") && is_letter_or_digit(text.front()); }

Result<ModelAlias> read_alias(const ModelAlias& given, const std::string& field) {
  ModelAlias alias{std::string(trim_blanks(given.alias)), std::string(bare_model(trim_blanks(given.model))),
                   std::string(trim_blanks(given.note))};
  if (!is_alias(alias.alias))
    return refuse(field + "alias",
                  "must be 1 to 128 letters, digits and . _ - / : @, with * at its end alone");
  if (!is_model(alias.model))
    return refuse(field + "model", "must be a model's name, such as gemini-2.5-flash");
  if (alias.model == alias.alias) return refuse(field + "model", "is the alias itself");
  if (alias.note.size() > kLongestNote) return refuse(field + "note", "is longer than 500 bytes");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(alias.note.begin(), alias.note.end(), is_control))
    return refuse(field + "note", "must not hold control characters");
  return alias;
}

}  // namespace

AliasTable::AliasTable(const std::vector<ModelAlias>& aliases) {
  for (const ModelAlias& alias : aliases) {
    const bool is_beginning = alias.alias.ends_with('*');
    (is_beginning ? beginnings_ : whole_).push_back(alias);
    if (is_beginning) beginnings_.back().alias.pop_back();
  }
  std::sort(whole_.begin(), whole_.end(), [](const auto& a, const auto& b) { return a.alias < b.alias; });
  std::stable_sort(beginnings_.begin(), beginnings_.end(),
                   [](const auto& a, const auto& b) { return a.alias.size() > b.alias.size(); });
}

const std::string* AliasTable::find(std::string_view name) const {
  name = bare_model(name);
  const auto found_in = [name](const std::string& model) { return model == name ? nullptr : &model; };
  const auto whole = std::lower_bound(whole_.begin(), whole_.end(), name,
                                      [](const ModelAlias& row, auto wanted) { return row.alias < wanted; });
  if (whole != whole_.end() && whole->alias == name) return found_in(whole->model);
  const auto beginning = std::find_if(beginnings_.begin(), beginnings_.end(),
                                      [name](const auto& row) { return name.starts_with(row.alias); });
  return beginning == beginnings_.end() ? nullptr : found_in(beginning->model);
}

std::string AliasTable::resolve(std::string_view name) const {
  const std::string* model = find(name);
  return model != nullptr ? *model : std::string(name);
}

std::string_view bare_model(std::string_view name) {
  constexpr std::string_view kPrefix = "models/";
  return name.substr(name.starts_with(kPrefix) ? kPrefix.size() : 0);
}

Result<std::vector<ModelAlias>> read_aliases(const AliasEdit& edit) {
  if (edit.aliases.size() > kMostAliases) return refuse("aliases", "must not hold more than 1000 rows");
  std::vector<ModelAlias> read;
  for (std::size_t i = 0; i < edit.aliases.size(); ++i) {
    const std::string field = "aliases[" + std::to_string(i) + "].";
    GEMINATE_TRY(ModelAlias alias, read_alias(edit.aliases[i], field));
    const auto place = std::lower_bound(read.begin(), read.end(), alias,
                                        [](const auto& a, const auto& b) { return a.alias < b.alias; });
    if (place != read.end() && place->alias == alias.alias) return refuse(field + "alias", "is there twice");
    read.insert(place, std::move(alias));
  }
  return read;
}

}  // namespace geminate::config
