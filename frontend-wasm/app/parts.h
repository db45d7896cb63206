#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

namespace geminate::ui {

// The program reaches the browser in two parts: the first has the log-in, the shell and the list of keys, the
// later one everything else, fetched when the first one runs. tools/cmake/split_console.py puts into the
// later part whatever is reached through these gates only:
//
//   GEMINATE_LATER void later_page(…) { … }
//
// A gate may be called only once AppState::whole says that the later part is there; before that its functions
// are missing, and the program ends. The native builds are whole from the start. A gate's name begins with
// `later_`, and as it is C's, it is one of a kind.

#define GEMINATE_LATER extern "C" __attribute__((used, noinline))

/// Where `Type` stands among the variant's alternatives.
template <class Type, class Variant>
inline constexpr std::size_t kPlaceIn = 0;
template <class Type, class... All>
inline constexpr std::size_t kPlaceIn<Type, std::variant<All...>> = [] {
  constexpr std::array<bool, sizeof...(All)> kSame{std::is_same_v<Type, All>...};
  std::size_t place = 0;
  while (!kSame[place]) ++place;
  return place;
}();

template <std::size_t Begin, class Visitor, class Variant, std::size_t... I>
void visit_from(Visitor& visitor, Variant& variant, std::index_sequence<I...>) {
  using Entry = void (*)(Visitor&, Variant&);
  static constexpr std::array<Entry, sizeof...(I)> kEntries{
      [](Visitor& visits, Variant& value) { visits(*std::get_if<Begin + I>(&value)); }...};
  kEntries[variant.index() - Begin](visitor, variant);
}

/// Whether the later part deals with what the variant holds: with all alternatives from `FirstLater` on.
template <class FirstLater, class Variant>
constexpr bool is_later(const Variant& variant) {
  return variant.index() >= kPlaceIn<FirstLater, std::remove_const_t<Variant>>;
}

/// As std::visit of what is not later: nothing else is reached from here, which a table of all alternatives
/// would do.
template <class FirstLater, class Visitor, class Variant>
void visit_first(Visitor visitor, const Variant& variant) {
  visit_from<0>(visitor, variant, std::make_index_sequence<kPlaceIn<FirstLater, Variant>>{});
}

/// As std::visit of what is later; for gates.
template <class FirstLater, class Visitor, class Variant>
void visit_later(Visitor visitor, const Variant& variant) {
  constexpr std::size_t kFirst = kPlaceIn<FirstLater, Variant>;
  visit_from<kFirst>(visitor, variant, std::make_index_sequence<std::variant_size_v<Variant> - kFirst>{});
}

}  // namespace geminate::ui
