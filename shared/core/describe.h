#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace geminate {

/// Whether a request may leave a field out. A std::optional or a Patch may always be left out.
enum class Presence { Required, Optional };

/// A struct is described when it lists its fields once:
///
///   template <class Self, class Field>
///   static void describe(Self& self, Field&& field) {
///     field("name", self.name, "A sentence for people.", Presence::Optional);
///   }
///
/// Archives, OpenAPI and documentation are visitors of that list; `Self` may be const.
/// Two fields of one struct never share a name; names are the JSON's.
struct FieldProbe {
  template <class Member>
  void operator()(const char*, Member&, const char*, Presence = Presence::Required) const {}
};

template <class T>
concept Described = requires(T& value) {
  T::describe(value, FieldProbe{});
};

/// An enum whose values have names on the wire specialises this with
/// `static constexpr std::array<std::pair<E, std::string_view>, N> kNames`.
template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires {
  EnumNames<E>::kNames.size();
};

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  for (const auto& [candidate, name] : EnumNames<E>::kNames) {
    if (candidate == value) return name;
  }
  return {};
}

template <NamedEnum E>
constexpr std::optional<E> enum_from_name(std::string_view name) {
  for (const auto& [value, candidate] : EnumNames<E>::kNames) {
    if (candidate == name) return value;
  }
  return std::nullopt;
}

/// A field of an update: left out (stays as it is), null (cleared) or a value.
template <class T>
struct Patch {
  bool present = false;
  std::optional<T> value;

  static Patch cleared() { return {true, std::nullopt}; }
  static Patch to(T new_value) { return {true, std::move(new_value)}; }
};

}  // namespace geminate
