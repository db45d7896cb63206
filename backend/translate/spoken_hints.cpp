#include "backend/translate/spoken_hints.h"

#include <algorithm>
#include <array>

namespace geminate::translate {
namespace {

/// From the near to the far, as addresses are written.
constexpr std::array<const char*, 3> kPlaces{"city", "region", "country"};

Status check_location(const std::string& path, const Json& place) {
  for (const auto& [name, value] : place.GetObject()) {
    const std::string_view key = text_of(name);
    const bool known = key == "type" || key == "timezone" || key == "approximate" ||
                       std::find(kPlaces.begin(), kPlaces.end(), key) != kPlaces.end();
    const std::string here = path + "." + std::string(key);
    if (value.IsNull()) continue;
    if (!known) return unsupported_field(here);
    if (key != "approximate" && !value.IsString()) return bad_field(here, "must be a string");
  }
  return Status::success();
}

}  // namespace

Status read_user_location(const std::string& path, const Json& value, Conversation& conversation) {
  if (!value.IsObject()) return bad_field(path, "must be an object");
  GEMINATE_CHECK_OK(check_location(path, value));
  if (const std::string_view type = text_member(value, "type"); !type.empty() && type != "approximate")
    return unsupported_field(path + ".type", "it must be \"approximate\"");
  const Json* place = member(value, "approximate");
  if (place != nullptr && !place->IsObject()) return bad_field(path + ".approximate", "must be an object");
  if (place != nullptr) GEMINATE_CHECK_OK(check_location(path + ".approximate", *place));
  if (place == nullptr) place = &value;
  std::string where;
  for (const char* name : kPlaces) {
    const std::string_view part = text_member(*place, name);
    if (part.empty()) continue;
    where.append(where.empty() ? "" : ", ").append(part);
  }
  std::string sentence = where.empty() ? "" : "The user is approximately in " + where + ".";
  if (const std::string_view zone = text_member(*place, "timezone"); !zone.empty())
    sentence += (sentence.empty() ? "" : " ") + ("The user's time zone is " + std::string(zone) + ".");
  if (!sentence.empty()) conversation.system.push_back(conversation.keep(std::move(sentence)));
  return Status::success();
}

Status read_verbosity(const std::string& path, const Json& value, Conversation& conversation) {
  const std::string_view word = value.IsString() ? text_of(value) : std::string_view();
  if (word == "low") {
    conversation.system.push_back("Answer briefly: say what is needed and no more.");
  } else if (word == "high") {
    conversation.system.push_back("Answer at length: be thorough and explain in detail.");
  } else if (word != "medium") {
    return bad_field(path, "must be \"low\", \"medium\" or \"high\"");
  }
  return Status::success();
}

}  // namespace geminate::translate
