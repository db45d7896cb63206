#include "tests/support/future_json.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <functional>
#include <random>

namespace geminate::test {
namespace {

using rapidjson::Document;
using rapidjson::SizeType;
using rapidjson::Value;
using Allocator = Document::AllocatorType;

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  // Not std::uniform_int_distribution, which differs between libraries.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_()) % bound; }
  bool once_in(std::uint32_t times) { return below(times) == 0; }

 private:
  std::mt19937 engine_;
};

/// Data of whoever declared the function, where every member is somebody's.
bool is_free_data(std::string_view name) { return name == "args" || name == "response"; }

Value anything(Dice& dice, Allocator& allocator, int depth = 0) {
  enum Kind : std::uint32_t { Null, Yes, Whole, Fraction, Text, List, Object, Count };
  switch (dice.below(depth < 3 ? Count : List)) {
    case Yes:
      return Value(true);
    case Whole:
      return Value(static_cast<std::int64_t>(dice.below(1000)) * -9'007'199'254'740'993);
    case Fraction:
      return Value(1.5e300);
    case Text:
      return Value("未来 \"}]\n\ndata: {", allocator);
    case List: {
      Value list(rapidjson::kArrayType);
      for (std::uint32_t i = dice.below(3); i > 0; --i) {
        list.PushBack(anything(dice, allocator, depth + 1), allocator);
      }
      return list;
    }
    case Object: {
      Value object(rapidjson::kObjectType);
      object.AddMember("text", anything(dice, allocator, depth + 1), allocator);
      object.AddMember("futureToo", anything(dice, allocator, depth + 1), allocator);
      return object;
    }
    default:
      return Value(rapidjson::kNullType);
  }
}

/// Calls `change` for the value and all below it but what stands inside free data, children first. `name` is
/// the member's, or that of the list it stands in.
using Change = std::function<void(Value& value, std::string_view name)>;
void for_each_value(Value& value, std::string_view name, const Change& change) {
  if (value.IsObject()) {
    for (auto& member : value.GetObject()) {
      const std::string_view key(member.name.GetString(), member.name.GetStringLength());
      if (is_free_data(key)) {
        change(member.value, key);
      } else {
        for_each_value(member.value, key, change);
      }
    }
  } else if (value.IsArray()) {
    for (Value& item : value.GetArray()) for_each_value(item, name, change);
  }
  change(value, name);
}

std::string changed(std::string_view json, const std::function<Change(Allocator&)>& change) {
  Document document;
  document.Parse(json.data(), json.size());
  for_each_value(document, {}, change(document.GetAllocator()));
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  document.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

void add_unknown_member(Value& object, Dice& dice, Allocator& allocator) {
  const std::string name = "futureField" + std::to_string(dice.below(1000));
  Value key(name.data(), static_cast<SizeType>(name.size()), allocator);
  object.AddMember(key, anything(dice, allocator), allocator);
}

void add_unknown_part(Value& parts, Dice& dice, Allocator& allocator) {
  Value part(rapidjson::kObjectType);
  part.AddMember("hologram", anything(dice, allocator), allocator);
  parts.PushBack(part, allocator);
}

bool is_enum(const Value& value) {
  if (!value.IsString() || value.GetStringLength() < 3) return false;
  const std::string_view text(value.GetString(), value.GetStringLength());
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
}

}  // namespace

std::string with_unknown_members(std::string_view json, std::uint32_t seed) {
  Dice dice(seed);
  return changed(json, [&dice](Allocator& allocator) -> Change {
    return [&dice, &allocator](Value& value, std::string_view name) {
      if (value.IsObject() && !is_free_data(name) && dice.once_in(2))
        add_unknown_member(value, dice, allocator);
      if (value.IsArray() && name == "parts" && dice.once_in(2)) add_unknown_part(value, dice, allocator);
    };
  });
}

std::string with_unknown_values(std::string_view json, std::uint32_t seed) {
  Dice dice(seed);
  return changed(json, [&dice](Allocator& allocator) -> Change {
    return [&dice, &allocator](Value& value, std::string_view name) {
      if (name != "text" && is_enum(value) && dice.once_in(2)) value.SetString("OF_THE_FUTURE", allocator);
    };
  });
}

std::string with_changed_types(std::string_view json, std::uint32_t seed) {
  constexpr std::uint32_t kSeldom = 8;
  Dice dice(seed);
  return changed(json, [&dice](Allocator& allocator) -> Change {
    // The whole answer stays an object: everything else would be no answer.
    return [&dice, &allocator](Value& value, std::string_view name) {
      if (name.empty() || !dice.once_in(kSeldom)) return;
      value = dice.once_in(2) ? Value(rapidjson::kNullType) : anything(dice, allocator);
    };
  });
}

}  // namespace geminate::test
