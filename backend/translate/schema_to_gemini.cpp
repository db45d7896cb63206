#include "backend/translate/schema_to_gemini.h"

#include <algorithm>
#include <array>
#include <utility>

namespace geminate::translate {
namespace {

using Names = std::string_view;

/// Gemini knows these and takes their values as they are.
constexpr std::array<Names, 12> kPassed{"title",    "description", "format",  "minItems",
                                        "maxItems", "minimum",     "maximum", "required",
                                        "$anchor",  "$id",         "type",    "propertyOrdering"};
/// Limits that Gemini can't keep, but a model can read.
constexpr std::array<Names, 8> kToldInWords{"pattern",     "minLength",     "maxLength",     "multipleOf",
                                            "uniqueItems", "minProperties", "maxProperties", "default"};
/// What says something that Gemini has no word for.
constexpr std::array<Names, 13> kRefused{
    "not",          "if",          "then",        "else",        "patternProperties", "dependentSchemas",
    "contains",     "minContains", "maxContains", "$dynamicRef", "dependentRequired", "dependencies",
    "$recursiveRef"};

template <std::size_t N>
bool holds(const std::array<Names, N>& names, Names name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class SchemaReader {
 public:
  explicit SchemaReader(JsonDocument& document) : allocator_(document.GetAllocator()) {}

  Result<Json> read(const Json& schema, const std::string& path);

 private:
  Status read_member(Names name, const Json& value, const Json& schema, const std::string& path, Json& out);
  Status read_special(Names name, const Json& value, const Json& schema, const std::string& path, Json& out);
  Result<Json> read_list(const Json& list, const std::string& path);
  Result<Json> read_map(const Json& map, const std::string& path);
  Status read_items(const Json& value, const std::string& path, Json& out);
  Status read_all_of(const Json& list, const std::string& path, Json& out);
  Status read_reference(const Json& value, const Json& schema, const std::string& path, Json& out);
  Status read_enum(const Json& values, Json& out);
  void read_exclusive(Names name, const Json& value, const Json& schema, Json& out);
  Status merge(Json part, const std::string& path, Json& out);

  Json copy(const Json& value) { return Json(value, allocator_); }
  Json text(Names value) {
    return {value.data(), static_cast<rapidjson::SizeType>(value.size()), allocator_};
  }
  void set(Json& object, Names name, Json value) {
    object.RemoveMember(text(name));
    object.AddMember(text(name), value, allocator_);
  }
  void tell(Json& out, Names name, const Json& value) {
    notes_of(out, std::string(name) + ": " + to_text(value));
  }
  void notes_of(Json& out, const std::string& note);
  void allow_null(Json& out);

  JsonDocument::AllocatorType& allocator_;
};

void SchemaReader::notes_of(Json& out, const std::string& note) {
  const std::string_view before = text_member(out, "description");
  set(out, "description", text(before.empty() ? "(" + note + ")" : std::string(before) + " (" + note + ")"));
}

void SchemaReader::allow_null(Json& out) {
  const Json* type = member(out, "type");
  if (type == nullptr || (type->IsString() && text_of(*type) == "null")) return;
  Json types(rapidjson::kArrayType);
  if (type->IsArray()) {
    for (const Json& one : type->GetArray()) {
      if (one.IsString() && text_of(one) == "null") return;
      types.PushBack(copy(one), allocator_);
    }
  } else {
    types.PushBack(copy(*type), allocator_);
  }
  types.PushBack(text("null"), allocator_);
  set(out, "type", std::move(types));
}

Result<Json> SchemaReader::read(const Json& schema, const std::string& path) {
  if (schema.IsTrue()) return Json(rapidjson::kObjectType);
  if (schema.IsFalse()) return bad_field(path, "allows nothing at all, which Gemini cannot express");
  if (!schema.IsObject()) return bad_field(path, "must be a JSON Schema: an object");
  Json out(rapidjson::kObjectType);
  // Plain members first: what the others put into the description comes after it.
  for (const auto& [name, value] : schema.GetObject()) {
    if (holds(kPassed, text_of(name))) set(out, text_of(name), copy(value));
  }
  for (const auto& [name, value] : schema.GetObject()) {
    GEMINATE_CHECK_OK(read_member(text_of(name), value, schema, path, out));
  }
  if (const Json* nullable = member(schema, "nullable"); nullable != nullptr && nullable->IsTrue())
    allow_null(out);
  return out;
}

Status SchemaReader::read_member(Names name, const Json& value, const Json& schema, const std::string& path,
                                 Json& out) {
  const std::string here = path + "." + std::string(name);
  if (holds(kRefused, name)) return bad_field(here, "is nothing that Gemini can express");
  if (holds(kToldInWords, name)) {
    const bool says_nothing = value.IsNull() || value.IsFalse();
    if (!says_nothing || name == "default") tell(out, name, value);
    return Status::success();
  }
  if (name == "properties" || name == "$defs" || name == "definitions") {
    GEMINATE_TRY(Json map, read_map(value, here));
    set(out, name == "definitions" ? "$defs" : name, std::move(map));
  } else if (name == "anyOf" || name == "oneOf" || name == "prefixItems") {
    GEMINATE_TRY(Json list, read_list(value, here));
    set(out, name == "oneOf" ? "anyOf" : name, std::move(list));
  } else if (name == "items") {
    return read_items(value, here, out);
  } else {
    return read_special(name, value, schema, here, out);
  }
  return Status::success();
}

Status SchemaReader::read_special(Names name, const Json& value, const Json& schema, const std::string& path,
                                  Json& out) {
  if (name == "additionalProperties") {
    if (value.IsBool()) {
      set(out, name, copy(value));
      return Status::success();
    }
    GEMINATE_TRY(Json rest, read(value, path));
    set(out, name, std::move(rest));
  } else if (name == "allOf") {
    return read_all_of(value, path, out);
  } else if (name == "$ref") {
    return read_reference(value, schema, path, out);
  } else if (name == "enum") {
    if (!value.IsArray()) return bad_field(path, "must be a list");
    return read_enum(value, out);
  } else if (name == "const") {
    Json one(rapidjson::kArrayType);
    one.PushBack(copy(value), allocator_);
    return read_enum(one, out);
  } else if (name == "exclusiveMinimum" || name == "exclusiveMaximum") {
    read_exclusive(name, value, schema, out);
  } else if (name == "propertyNames") {
    const bool any_text = value.IsTrue() || (value.IsObject() && value.MemberCount() <= 1 &&
                                             (value.ObjectEmpty() || text_member(value, "type") == "string"));
    if (!any_text) tell(out, name, value);
  }
  // Everything else annotates.
  return Status::success();
}

Result<Json> SchemaReader::read_list(const Json& list, const std::string& path) {
  if (!list.IsArray()) return bad_field(path, "must be a list of schemas");
  Json out(rapidjson::kArrayType);
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    GEMINATE_TRY(Json one, read(list[i], path + "[" + std::to_string(i) + "]"));
    out.PushBack(one, allocator_);
  }
  return out;
}

Result<Json> SchemaReader::read_map(const Json& map, const std::string& path) {
  if (!map.IsObject()) return bad_field(path, "must be an object whose members are schemas");
  Json out(rapidjson::kObjectType);
  for (const auto& [name, value] : map.GetObject()) {
    GEMINATE_TRY(Json one, read(value, path + "." + std::string(text_of(name))));
    out.AddMember(text(text_of(name)), one, allocator_);
  }
  return out;
}

Status SchemaReader::read_items(const Json& value, const std::string& path, Json& out) {
  // A list of schemas is how tuples were written before the draft of 2020.
  if (value.IsArray()) {
    GEMINATE_TRY(Json list, read_list(value, path));
    set(out, "prefixItems", std::move(list));
    return Status::success();
  }
  // No more items than prefixItems has.
  if (value.IsFalse()) return Status::success();
  GEMINATE_TRY(Json one, read(value, path));
  set(out, "items", std::move(one));
  return Status::success();
}

Status SchemaReader::read_all_of(const Json& list, const std::string& path, Json& out) {
  GEMINATE_TRY(Json parts, read_list(list, path));
  for (rapidjson::SizeType i = 0; i < parts.Size(); ++i) {
    GEMINATE_CHECK_OK(merge(std::move(parts[i]), path + "[" + std::to_string(i) + "]", out));
  }
  return Status::success();
}

Status SchemaReader::merge(Json part, const std::string& path, Json& out) {
  for (auto& [name, value] : part.GetObject()) {
    const Names key = text_of(name);
    auto there = out.FindMember(name);
    if (there == out.MemberEnd()) {
      set(out, key, copy(value));
    } else if (key == "properties" || key == "$defs") {
      for (auto& [inner, schema] : value.GetObject()) set(there->value, text_of(inner), copy(schema));
    } else if (key == "required" && there->value.IsArray() && value.IsArray()) {
      for (auto& one : value.GetArray()) there->value.PushBack(copy(one), allocator_);
    } else if (key == "description" || key == "title") {
      if (key == "description" && value.IsString()) notes_of(out, std::string(text_of(value)));
    } else if (!(there->value == value)) {
      return bad_field(path + "." + std::string(key),
                       "contradicts what stands beside it, which Gemini cannot express");
    }
  }
  return Status::success();
}

Status SchemaReader::read_reference(const Json& value, const Json& schema, const std::string& path,
                                    Json& out) {
  constexpr Names kOld = "#/definitions/";
  if (!value.IsString()) return bad_field(path, "must be a string");
  std::string target(text_of(value));
  if (target.empty() || target[0] != '#') return bad_field(path, "leads out of the schema");
  if (target.compare(0, kOld.size(), kOld) == 0) target = "#/$defs/" + target.substr(kOld.size());
  const bool stands_alone = std::all_of(schema.MemberBegin(), schema.MemberEnd(), [](const auto& one) {
    return one.name.GetStringLength() > 0 && one.name.GetString()[0] == '$';
  });
  if (stands_alone) {
    set(out, "$ref", text(target));
    return Status::success();
  }
  // Gemini allows nothing beside a reference.
  Json reference(rapidjson::kObjectType);
  set(reference, "$ref", text(target));
  Json list(rapidjson::kArrayType);
  list.PushBack(reference, allocator_);
  set(out, "anyOf", std::move(list));
  return Status::success();
}

/// Gemini's enums hold texts and numbers.
Status SchemaReader::read_enum(const Json& values, Json& out) {
  Json listed(rapidjson::kArrayType);
  bool has_null = false;
  bool has_other = false;
  Names type;
  for (const Json& value : values.GetArray()) {
    has_null = has_null || value.IsNull();
    if (value.IsString() || value.IsNumber()) listed.PushBack(copy(value), allocator_);
    has_other = has_other || value.IsBool() || value.IsObject() || value.IsArray();
    if (!value.IsNull())
      type = value.IsString() ? "string" : value.IsBool() ? "boolean" : value.IsNumber() ? "number" : "";
  }
  if (has_other) {
    tell(out, "one of", values);
    if (type == "boolean" && member(out, "type") == nullptr) set(out, "type", text(type));
    return Status::success();
  }
  if (listed.Empty()) {
    set(out, "type", text("null"));
    return Status::success();
  }
  if (member(out, "type") == nullptr) set(out, "type", text(type));
  set(out, "enum", std::move(listed));
  if (has_null) allow_null(out);
  return Status::success();
}

void SchemaReader::read_exclusive(Names name, const Json& value, const Json& schema, Json& out) {
  const bool is_least = name == "exclusiveMinimum";
  if (value.IsInt64() && text_member(schema, "type") == "integer" &&
      member(schema, is_least ? "minimum" : "maximum") == nullptr) {
    set(out, is_least ? "minimum" : "maximum", Json(value.GetInt64() + (is_least ? 1 : -1)));
  } else if (!value.IsFalse()) {
    tell(out, name, value);
  }
}

}  // namespace

Result<std::string> schema_to_gemini(const Json& schema, const std::string& path) {
  JsonDocument document;
  SchemaReader reader(document);
  GEMINATE_TRY(const Json out, reader.read(schema, path));
  return to_text(out);
}

}  // namespace geminate::translate
