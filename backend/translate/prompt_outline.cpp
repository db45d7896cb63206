#include "backend/translate/prompt_outline.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "backend/translate/tool_exchanges.h"

namespace geminate::translate {
namespace {

/// The reader calls itself for each level.
constexpr std::size_t kDeepest = 128;
/// What costs besides text and numbers: a turn's beginning; true, false and null; what ties a member's name
/// to its value.
constexpr std::int64_t kTurnHundredths = 100;
constexpr std::int64_t kWordHundredths = 100;
constexpr std::int64_t kMemberHundredths = 50;

/// What a value is to us, by where it stands.
enum class Place : std::uint8_t {
  /// Costs nothing, as settings do.
  Ignored,
  /// All texts, numbers and names in it reach the model.
  Counted,
  Root,
  Contents,
  Turn,
  Role,
  Parts,
  Part,
  Call,
  Response,
  Id,
  Name,
  /// inlineData and fileData.
  Blob,
  File,
  MimeType,
  Data,
  Signature,
  CachedContent,
};

struct NamedPlace {
  Place within;
  std::string_view name;
  Place place;
};

constexpr std::array kNamed = {
    NamedPlace{Place::Root, "contents", Place::Contents},
    NamedPlace{Place::Root, "systemInstruction", Place::Counted},
    NamedPlace{Place::Root, "system_instruction", Place::Counted},
    NamedPlace{Place::Root, "tools", Place::Counted},
    NamedPlace{Place::Root, "cachedContent", Place::CachedContent},
    NamedPlace{Place::Root, "cached_content", Place::CachedContent},
    NamedPlace{Place::Turn, "role", Place::Role},
    NamedPlace{Place::Turn, "parts", Place::Parts},
    NamedPlace{Place::Part, "functionCall", Place::Call},
    NamedPlace{Place::Part, "function_call", Place::Call},
    NamedPlace{Place::Part, "functionResponse", Place::Response},
    NamedPlace{Place::Part, "function_response", Place::Response},
    NamedPlace{Place::Part, "videoMetadata", Place::Ignored},
    NamedPlace{Place::Part, "video_metadata", Place::Ignored},
    NamedPlace{Place::Part, "thought", Place::Ignored},
    NamedPlace{Place::Part, "thoughtSignature", Place::Signature},
    NamedPlace{Place::Part, "thought_signature", Place::Signature},
    NamedPlace{Place::Call, "id", Place::Id},
    NamedPlace{Place::Call, "name", Place::Name},
    NamedPlace{Place::Response, "id", Place::Id},
    NamedPlace{Place::Response, "name", Place::Name},
    NamedPlace{Place::Blob, "mimeType", Place::MimeType},
    NamedPlace{Place::Blob, "mime_type", Place::MimeType},
    NamedPlace{Place::Blob, "data", Place::Data},
};

/// In parts of all kinds: a turn's, the system instruction's, a function's answer's.
constexpr std::array kInParts = {
    NamedPlace{Place::Counted, "inlineData", Place::Blob},
    NamedPlace{Place::Counted, "inline_data", Place::Blob},
    NamedPlace{Place::Counted, "fileData", Place::File},
    NamedPlace{Place::Counted, "file_data", Place::File},
    NamedPlace{Place::Counted, "thoughtSignature", Place::Ignored},
    NamedPlace{Place::Counted, "thought_signature", Place::Ignored},
};

bool reaches_the_model(Place place) {
  return place == Place::Counted || place == Place::Part || place == Place::Call || place == Place::Response;
}

Place member_of(Place within, std::string_view name) {
  for (const NamedPlace& each : kNamed) {
    if (each.within == within && each.name == name) return each.place;
  }
  if (!reaches_the_model(within)) return Place::Ignored;
  for (const NamedPlace& each : kInParts) {
    if (each.name == name) return each.place;
  }
  return Place::Counted;
}

Place element_of(Place within) {
  switch (within) {
    case Place::Contents:
      return Place::Turn;
    case Place::Parts:
      return Place::Part;
    case Place::Counted:
      return Place::Counted;
    default:
      return Place::Ignored;
  }
}

/// What the place is when something of that form stands in it. Parts may be one object, as some libraries
/// have it.
Place as_form(Place place, bool is_array) {
  if (place == Place::Parts && !is_array) return Place::Part;
  if (is_array && (place == Place::Part || place == Place::Call || place == Place::Response)) {
    return Place::Counted;
  }
  const bool is_list = place == Place::Contents || place == Place::Parts;
  if (place == Place::Counted || is_list == is_array) return place;
  return Place::Ignored;
}

/// What decides about a turn besides its cost.
struct TurnFacts {
  bool is_user = true;
  bool has_answer = false;
  bool has_other = false;
  std::int64_t signatures = 0;
};

/// RapidJSON's handler; false ends the reading.
class Reader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Reader> {
 public:
  explicit Reader(const rapidjson::MemoryStream& stream) : stream_(stream) {}

  bool Default() {
    if (here() == Place::Counted) count(kWordHundredths);
    return !breaks_shape();
  }
  // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    if (here() == Place::Counted) count(text_hundredths({text, length}));
    return !breaks_shape();
  }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    take_text({text, length});
    return !breaks_shape();
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    const std::string_view name(text, length);
    const Place within = open_.back().place;
    next_ = member_of(within, name);
    const bool is_own_name = within != Place::Part && reaches_the_model(within);
    if (is_own_name) count(text_hundredths(name) + kMemberHundredths);
    return true;
  }
  bool StartObject() { return open(false); }
  bool StartArray() { return open(true); }
  bool EndObject(rapidjson::SizeType /*members*/) { return close(); }
  bool EndArray(rapidjson::SizeType /*elements*/) { return close(); }
  // NOLINTEND(readability-identifier-naming)

  PromptOutline take() {
    const std::size_t last_own = end_of_own();
    read_.starts = starts_before(last_own);
    // What was thought in earlier rounds is forgotten: only that of the last one counts.
    for (std::size_t turn = last_own; turn < read_.turns.size(); ++turn)
      read_.turns[turn].cost.signatures = all_facts_[turn].signatures;
    return std::move(read_);
  }
  [[nodiscard]] bool has_contents() const { return has_contents_; }

 private:
  struct Level {
    Place place;
    bool is_array;
  };

  [[nodiscard]] Place here() const {
    if (open_.empty()) return Place::Root;
    return open_.back().is_array ? element_of(open_.back().place) : next_;
  }
  /// A scalar where the request's frame should be.
  [[nodiscard]] bool breaks_shape() const {
    return here() == Place::Contents || here() == Place::Turn || here() == Place::Root;
  }
  void count(std::int64_t hundredths) { (in_turn_ ? turn_.cost : read_.rest).text += hundredths; }
  void count_media(std::int64_t tokens) { (in_turn_ ? turn_.cost : read_.rest).media += tokens; }
  [[nodiscard]] std::uint32_t turn_number() const { return static_cast<std::uint32_t>(read_.turns.size()); }

  void take_text(std::string_view text);
  bool open(bool is_array);
  void begin_of(Place place);
  bool close();
  void end_turn();
  /// Behind the last turn of the user's own.
  [[nodiscard]] std::size_t end_of_own() const;
  [[nodiscard]] std::vector<std::uint32_t> starts_before(std::size_t end) const;

  const rapidjson::MemoryStream& stream_;
  PromptOutline read_;
  bool has_contents_ = false;
  std::vector<Level> open_;
  /// What the member is whose name came last.
  Place next_ = Place::Root;

  bool in_turn_ = false;
  OutlineTurn turn_;
  TurnFacts facts_;
  std::vector<TurnFacts> all_facts_;
  /// What the running part is besides text and data: Call, Response or neither.
  Place part_ = Place::Ignored;
  std::string id_;
  std::string name_;
  ToolExchanges exchanges_;
  std::string mime_type_;
  std::size_t data_length_ = 0;
};

void Reader::take_text(std::string_view text) {
  switch (here()) {
    case Place::Counted:
      return count(text_hundredths(text));
    case Place::Role:
      facts_.is_user = text.empty() || text == "user";
      return;
    case Place::Id:
      id_ = text;
      return;
    case Place::Name:
      name_ = text;
      return count(text_hundredths(text));
    case Place::MimeType:
      mime_type_ = text;
      return;
    case Place::Data:
      data_length_ = text.size();
      return;
    case Place::Signature:
      facts_.signatures += signature_tokens(text.size());
      return;
    case Place::CachedContent:
      read_.names_cached_content = !text.empty();
      return;
    default:
      return;
  }
}

bool Reader::open(bool is_array) {
  const Place wanted = here();
  const Place place = as_form(wanted, is_array);
  const bool is_frame = wanted == Place::Root || wanted == Place::Contents || wanted == Place::Turn;
  if (open_.size() == kDeepest || (is_frame && place != wanted)) return false;
  begin_of(place);
  open_.push_back({place, is_array});
  return true;
}

void Reader::begin_of(Place place) {
  switch (place) {
    case Place::Turn:
      in_turn_ = true;
      // The bracket has been read.
      turn_ = {stream_.Tell() - 1, 0, {kTurnHundredths, 0, 0}};
      facts_ = {};
      return;
    case Place::Part:
      part_ = Place::Ignored;
      return;
    case Place::Call:
    case Place::Response:
      part_ = place;
      id_.clear();
      name_.clear();
      return;
    case Place::Blob:
      mime_type_.clear();
      data_length_ = 0;
      return;
    default:
      return;
  }
}

bool Reader::close() {
  const Place place = open_.back().place;
  open_.pop_back();
  switch (place) {
    case Place::Contents:
      // A second list would be another conversation: which of them counts is not for us to say.
      return !std::exchange(has_contents_, true);
    case Place::Turn:
      end_turn();
      return true;
    case Place::Part:
      (part_ == Place::Response ? facts_.has_answer : facts_.has_other) = true;
      return true;
    case Place::Call:
      exchanges_.called(turn_number(), id_, name_);
      return true;
    case Place::Response:
      exchanges_.answered(turn_number(), id_, name_);
      return true;
    case Place::Blob:
      count_media(media_tokens(mime_type_, data_length_));
      return true;
    case Place::File:
      count_media(kFileTokens);
      return true;
    default:
      return true;
  }
}

void Reader::end_turn() {
  turn_.end = stream_.Tell();
  read_.turns.push_back(turn_);
  all_facts_.push_back(facts_);
  in_turn_ = false;
}

std::size_t Reader::end_of_own() const {
  const auto is_own = [](const TurnFacts& facts) {
    return facts.is_user && (!facts.has_answer || facts.has_other);
  };
  const auto last = std::find_if(all_facts_.rbegin(), all_facts_.rend(), is_own);
  return static_cast<std::size_t>(all_facts_.rend() - last);
}

std::vector<std::uint32_t> Reader::starts_before(std::size_t end) const {
  const auto split = exchanges_.split_by(all_facts_.size());
  std::vector<std::uint32_t> starts;
  for (std::size_t turn = 1; turn < end; ++turn) {
    if (all_facts_[turn].is_user && !all_facts_[turn].has_answer && !split[turn])
      starts.push_back(static_cast<std::uint32_t>(turn));
  }
  return starts;
}

}  // namespace

std::optional<PromptOutline> read_outline(std::string_view body) {
  // Numbers as they stand: nobody computes with them here, and none can be too large.
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(body.data(), body.size());
  Reader handler(stream);
  rapidjson::Reader parser;
  if (parser.Parse<kFlags>(stream, handler).IsError() || !handler.has_contents()) return std::nullopt;
  return handler.take();
}

}  // namespace geminate::translate
