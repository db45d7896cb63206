#include "frontend-wasm/app/key_export.h"

#include <optional>
#include <string_view>

#include "frontend-wasm/app/form_values.h"
#include "shared/codec/codec.h"

namespace geminate::ui {
namespace {

constexpr std::string_view kHead =
    "\xEF\xBB\xBFid,key_preview,fingerprint,description,project,tags,user_id,state,state_reason,state_until,"
    "is_active,origin,current_tokens_used_today,max_tokens_per_day,rate_limit_per_minute,weight,priority,"
    "created_at,last_used_at,expires_at\r\n";

/// One line of the file; a comma before every field but the first.
class Line {
 public:
  explicit Line(std::string& into) : into_(into) {}

  Line& text(std::string_view value) {
    separate();
    // A spreadsheet would run what begins like a formula; descriptions may come from anybody.
    const bool formula = !value.empty() && std::string_view("=+-@\t").find(value.front()) != value.npos;
    if (!formula && value.find_first_of(",\"\r\n") == value.npos) {
      into_ += value;
      return *this;
    }
    into_ += formula ? "\"'" : "\"";
    for (const char c : value) into_.append(c == '"' ? 2 : 1, c);
    into_ += '"';
    return *this;
  }
  Line& maybe(const std::optional<std::string>& value) { return text(value ? *value : std::string()); }
  Line& number(std::int64_t value) {
    separate();
    into_ += std::to_string(value);
    return *this;
  }
  Line& number(const std::optional<std::int64_t>& value) { return value ? number(*value) : text(""); }
  Line& time(const std::optional<Timestamp>& value) { return text(value ? format_rfc3339(*value) : ""); }
  void end() { into_ += "\r\n"; }

 private:
  void separate() {
    if (!first_) into_ += ',';
    first_ = false;
  }

  std::string& into_;
  bool first_ = true;
};

void put_csv(std::string& into, const UpstreamKeyView& key) {
  Line line(into);
  line.number(key.id).text(key.key_preview).text(key.fingerprint).maybe(key.description).maybe(key.project);
  line.text(tags_text(key.tags)).maybe(key.user_id).text(name_of(key.state)).maybe(key.state_reason);
  line.time(key.state_until).text(key.is_active ? "true" : "false").text(name_of(key.origin));
  line.number(key.current_tokens_used_today).number(key.max_tokens_per_day).number(key.rate_limit_per_minute);
  line.number(key.weight).number(key.priority);
  line.time(key.created_at).time(key.last_used_at).time(key.expires_at).end();
}

}  // namespace

std::string export_keys(const std::vector<const UpstreamKeyView*>& keys, ExportForm form) {
  std::string file(form == ExportForm::Csv ? kHead : "{\"keys\":[");
  for (const UpstreamKeyView* key : keys) {
    if (form == ExportForm::Csv) {
      put_csv(file, *key);
    } else {
      file += key == keys.front() ? "\n" : ",\n";
      file += codec::to_json(*key);
    }
  }
  if (form == ExportForm::Json) file += "\n]}\n";
  return file;
}

}  // namespace geminate::ui
