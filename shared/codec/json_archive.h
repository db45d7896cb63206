#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cereal/cereal.hpp>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"

namespace geminate::codec {

// Debian's cereal uses the system's RapidJSON; cereal's own releases bring a copy in a namespace of theirs.
#ifdef CEREAL_RAPIDJSON_NAMESPACE
namespace rj = CEREAL_RAPIDJSON_NAMESPACE;
#else
namespace rj = rapidjson;
#endif

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsPatch = false;
template <class T>
inline constexpr bool kIsPatch<Patch<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

/// The first fault found while reading: which field (dotted path, empty for the whole body) and what is
/// wrong.
struct ReadFault {
  std::string field;
  std::string message;
};

/// A field together with the rule about leaving it out; what `describe` hands to the archives.
template <class T>
struct RuledField {
  const char* name;
  T& value;
  Presence presence;
};

/// cereal archive that writes plain REST JSON: objects without wrapper names, RFC 3339 times, real nulls.
class JsonOutput : public cereal::OutputArchive<JsonOutput>, public cereal::traits::TextArchive {
 public:
  JsonOutput() : cereal::OutputArchive<JsonOutput>(this), writer_(buffer_) {}

  template <class T>
  void put(const T& value);

  template <class T>
  void put_field(const char* name, const T& value) {
    if constexpr (kIsPatch<T>) {
      if (!value.present) return;
    }
    writer_.Key(name);
    put(value);
  }

  [[nodiscard]] std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  template <class T>
  void put_number(T value);
  void put_text(std::string_view text) {
    writer_.String(text.data(), static_cast<rj::SizeType>(text.size()));
  }

  rj::StringBuffer buffer_;
  rj::Writer<rj::StringBuffer> writer_;
};

/// cereal archive that reads it back: unknown fields are passed over, left-out optional ones tolerated,
/// required ones demanded, and the first wrong type is reported with its field. It throws nothing.
class JsonInput : public cereal::InputArchive<JsonInput>, public cereal::traits::TextArchive {
 public:
  explicit JsonInput(std::string_view json);

  template <class T>
  void get(T& value, const rj::Value& json);

  template <class T>
  void get_field(const char* name, T& value, Presence presence);

  [[nodiscard]] const std::optional<ReadFault>& fault() const { return fault_; }
  [[nodiscard]] const rj::Value& root() const { return document_; }

 private:
  template <class T>
  void get_number(T& value, const rj::Value& json);
  template <class T>
  void get_vector(std::vector<T>& value, const rj::Value& json);
  template <class T>
  void get_object(T& value, const rj::Value& json);
  void get_time(Timestamp& value, const rj::Value& json);
  const rj::Value* find(const char* name);
  void fail(std::string message);

  rj::Document document_;
  const rj::Value* object_ = nullptr;
  /// Fields mostly come in the order they are declared in: where the last one was found, the next one begins.
  rj::SizeType next_member_ = 0;
  std::string path_;
  std::optional<ReadFault> fault_;
};

template <class T>
void JsonOutput::put_number(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isfinite(value)) {
      writer_.Double(value);
    } else {
      writer_.Null();
    }
  } else if constexpr (std::is_signed_v<T>) {
    writer_.Int64(value);
  } else {
    writer_.Uint64(value);
  }
}

template <class T>
void JsonOutput::put(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    writer_.Bool(value);
  } else if constexpr (NamedEnum<T>) {
    put_text(name_of(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    put_number(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    put_text(value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    put_text(format_rfc3339(value));
  } else if constexpr (kIsOptional<T>) {
    if (value) {
      put(*value);
    } else {
      writer_.Null();
    }
  } else if constexpr (kIsPatch<T>) {
    put(value.value);
  } else if constexpr (kIsVector<T>) {
    writer_.StartArray();
    for (const auto& element : value) put(element);
    writer_.EndArray();
  } else {
    writer_.StartObject();
    (*this)(value);
    writer_.EndObject();
  }
}

template <class T>
void JsonInput::get_number(T& value, const rj::Value& json) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!json.IsNumber()) return fail("must be a number");
    value = static_cast<T>(json.GetDouble());
  } else if constexpr (std::is_signed_v<T>) {
    if (!json.IsInt64() || static_cast<T>(json.GetInt64()) != json.GetInt64())
      return fail("must be a whole number in range");
    value = static_cast<T>(json.GetInt64());
  } else {
    if (!json.IsUint64() || static_cast<T>(json.GetUint64()) != json.GetUint64()) {
      return fail("must be a whole number in range, not negative");
    }
    value = static_cast<T>(json.GetUint64());
  }
}

template <class T>
void JsonInput::get_vector(std::vector<T>& value, const rj::Value& json) {
  if (!json.IsArray()) return fail("must be an array");
  value.clear();
  value.resize(json.Size());
  const std::size_t length = path_.size();
  for (rj::SizeType i = 0; i < json.Size() && !fault_; ++i) {
    path_ += '[' + std::to_string(i) + ']';
    get(value[i], json[i]);
    path_.resize(length);
  }
}

template <class T>
void JsonInput::get_object(T& value, const rj::Value& json) {
  if (!json.IsObject()) return fail("must be an object");
  const rj::Value* outer = object_;
  const rj::SizeType outer_next = next_member_;
  object_ = &json;
  next_member_ = 0;
  (*this)(value);
  object_ = outer;
  next_member_ = outer_next;
}

template <class T>
void JsonInput::get(T& value, const rj::Value& json) {
  if (fault_) return;
  if constexpr (kIsOptional<T>) {
    if (json.IsNull()) return value.reset();
    get(value.emplace(), json);
  } else if constexpr (kIsPatch<T>) {
    value.present = true;
    get(value.value, json);
  } else if (json.IsNull()) {
    fail("must not be null");
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.IsBool()) return fail("must be true or false");
    value = json.GetBool();
  } else if constexpr (NamedEnum<T>) {
    const auto named =
        json.IsString() ? enum_from_name<T>({json.GetString(), json.GetStringLength()}) : std::nullopt;
    if (!named) return fail("is not one of the allowed words");
    value = *named;
  } else if constexpr (std::is_arithmetic_v<T>) {
    get_number(value, json);
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.IsString()) return fail("must be a string");
    value.assign(json.GetString(), json.GetStringLength());
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    get_time(value, json);
  } else if constexpr (kIsVector<T>) {
    get_vector(value, json);
  } else {
    get_object(value, json);
  }
}

template <class T>
void JsonInput::get_field(const char* name, T& value, Presence presence) {
  if (fault_) return;
  const std::size_t length = path_.size();
  if (length != 0) path_ += '.';
  path_ += name;
  if (const rj::Value* member = find(name)) {
    get(value, *member);
  } else if (presence == Presence::Required && !kIsOptional<T> && !kIsPatch<T>) {
    fail("is required");
  }
  path_.resize(length);
}

}  // namespace geminate::codec

namespace cereal {

/// Any described struct is serializable, by any archive that knows RuledField.
template <class Archive, geminate::Described T>
void serialize(Archive& archive, T& value) {
  T::describe(value, [&archive](const char* name, auto& member, const char*,
                                geminate::Presence presence = geminate::Presence::Required) {
    geminate::codec::RuledField<std::remove_reference_t<decltype(member)>> field{name, member, presence};
    archive(field);
  });
}

template <class T>
void save(geminate::codec::JsonOutput& archive, const geminate::codec::RuledField<T>& field) {
  archive.put_field(field.name, field.value);
}

template <class T>
void load(geminate::codec::JsonInput& archive, geminate::codec::RuledField<T>& field) {
  archive.get_field(field.name, field.value, field.presence);
}

}  // namespace cereal
