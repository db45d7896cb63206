#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cereal/cereal.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "shared/codec/json_namespace.h"
#include "shared/core/describe.h"
#include "shared/core/error.h"
#include "shared/core/time.h"

namespace geminate::codec {

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

class JsonInput;
class JsonOutput;

// A described struct becomes one call a field: what there is to do for a field is done by functions that know
// no type, which are told how by one of these. `value` points at a T. Without that, each type would bring its
// own copy of it all, and the console has to be fetched before it is run.
using ReadValue = void (*)(JsonInput& input, void* value, const rj::Value& json);
using WriteValue = void (*)(JsonOutput& output, const void* value);

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
    put_field(name, &value, write_as<T>);
  }

  /// The whole text of one value, which is what `write` takes it for.
  static std::string document(const void* value, WriteValue write);

  template <class T>
  static void write_as(JsonOutput& output, const void* value) {
    output.put(*static_cast<const T*>(value));
  }

 private:
  void put_field(const char* name, const void* value, WriteValue write);
  void put_null();
  void put_bool(bool value);
  void put_signed(std::int64_t value);
  void put_unsigned(std::uint64_t value);
  void put_real(double value);
  void put_text(std::string_view text);
  void put_time(Timestamp time);
  void put_elements(const void* first, std::size_t count, std::size_t stride, WriteValue write);
  void put_object(const void* value, WriteValue write_fields);

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
  void get_field(const char* name, T& value, Presence presence) {
    const bool required = presence == Presence::Required && !kIsOptional<T> && !kIsPatch<T>;
    get_field(name, &value, read_as<T>, required);
  }

  [[nodiscard]] const std::optional<ReadFault>& fault() const { return fault_; }
  [[nodiscard]] const rj::Value& root() const { return document_; }

  /// Reads a whole text into one value, which is what `read` takes it for; BadRequest if that fails.
  static std::optional<Error> read_document(std::string_view json, void* value, ReadValue read);

  template <class T>
  static void read_as(JsonInput& input, void* value, const rj::Value& json) {
    input.get(*static_cast<T*>(value), json);
  }

 private:
  template <class T>
  static void read_fields(JsonInput& input, void* value, const rj::Value& /*json*/) {
    input(*static_cast<T*>(value));
  }
  template <class T>
  static void* resize(void* elements, std::size_t count) {
    auto& vector = *static_cast<std::vector<T>*>(elements);
    vector.clear();
    vector.resize(count);
    return vector.data();
  }
  /// False after it has told of a null.
  bool is_there(const rj::Value& json);
  void get_field(const char* name, void* value, ReadValue read, bool required);
  void get_bool(bool& value, const rj::Value& json);
  std::int64_t get_signed(const rj::Value& json, std::int64_t lowest, std::int64_t highest);
  std::uint64_t get_unsigned(const rj::Value& json, std::uint64_t highest);
  double get_real(const rj::Value& json);
  void get_text(std::string& value, const rj::Value& json);
  void get_time(Timestamp& value, const rj::Value& json);
  void get_elements(void* elements, void* (*make)(void* elements, std::size_t count), std::size_t stride,
                    ReadValue read, const rj::Value& json);
  void get_object(void* value, ReadValue read, const rj::Value& json);
  const rj::Value* find(const char* name);
  void fail(std::string message);
  static std::string_view text_of(const rj::Value& json);

  rj::Document document_;
  const rj::Value* object_ = nullptr;
  /// Fields mostly come in the order they are declared in: where the last one was found, the next one begins.
  rj::SizeType next_member_ = 0;
  std::string path_;
  std::optional<ReadFault> fault_;
};

template <class T>
void JsonOutput::put(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    put_bool(value);
  } else if constexpr (NamedEnum<T>) {
    put_text(name_of(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    put_real(value);
  } else if constexpr (std::is_arithmetic_v<T> && std::is_signed_v<T>) {
    put_signed(value);
  } else if constexpr (std::is_arithmetic_v<T>) {
    put_unsigned(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    put_text(value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    put_time(value);
  } else if constexpr (kIsOptional<T>) {
    value ? put(*value) : put_null();
  } else if constexpr (kIsPatch<T>) {
    put(value.value);
  } else if constexpr (kIsVector<T>) {
    using Element = typename T::value_type;
    put_elements(value.data(), value.size(), sizeof(Element), write_as<Element>);
  } else {
    put_object(&value,
               [](JsonOutput& output, const void* fields) { output(*static_cast<const T*>(fields)); });
  }
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
  } else if (!is_there(json)) {
    return;
  } else if constexpr (std::is_same_v<T, bool>) {
    get_bool(value, json);
  } else if constexpr (NamedEnum<T>) {
    const auto named = enum_from_name<T>(text_of(json));
    if (!named) return fail("is not one of the allowed words");
    value = *named;
  } else if constexpr (std::is_floating_point_v<T>) {
    value = static_cast<T>(get_real(json));
  } else if constexpr (std::is_arithmetic_v<T> && std::is_signed_v<T>) {
    value = static_cast<T>(get_signed(json, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  } else if constexpr (std::is_arithmetic_v<T>) {
    value = static_cast<T>(get_unsigned(json, std::numeric_limits<T>::max()));
  } else if constexpr (std::is_same_v<T, std::string>) {
    get_text(value, json);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    get_time(value, json);
  } else if constexpr (kIsVector<T>) {
    using Element = typename T::value_type;
    get_elements(&value, resize<Element>, sizeof(Element), read_as<Element>, json);
  } else {
    get_object(&value, read_fields<T>, json);
  }
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
