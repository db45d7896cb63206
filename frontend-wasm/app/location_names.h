#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "frontend-wasm/app/dashboard_state.h"
#include "frontend-wasm/app/key_list.h"

namespace geminate::ui {

// How choices are called in addresses; an empty name is the choice that is not written.

inline constexpr std::array<std::pair<KeyFilter, std::string_view>, 6> kFilterNames = {
    {{KeyFilter::All, ""},
     {KeyFilter::Ready, "ready"},
     {KeyFilter::Resting, "resting"},
     {KeyFilter::Failing, "failing"},
     {KeyFilter::Disabled, "disabled"},
     {KeyFilter::Expiring, "expiring"}}};
inline constexpr std::array<std::pair<UsagePeriod, std::string_view>, 4> kPeriodNames = {
    {{UsagePeriod::Day, ""},
     {UsagePeriod::Hour, "hour"},
     {UsagePeriod::Week, "week"},
     {UsagePeriod::Month, "month"}}};

template <class Choice, std::size_t N>
constexpr std::string_view name_in(const std::array<std::pair<Choice, std::string_view>, N>& names,
                                   Choice wanted) {
  for (const auto& [choice, name] : names) {
    if (choice == wanted) return name;
  }
  return {};
}
/// The first choice for a name that is none.
template <class Choice, std::size_t N>
constexpr Choice choice_in(const std::array<std::pair<Choice, std::string_view>, N>& names,
                           std::string_view wanted) {
  for (const auto& [choice, name] : names) {
    if (name == wanted) return choice;
  }
  return names.front().first;
}

constexpr std::string_view name_of(KeyFilter filter) { return name_in(kFilterNames, filter); }
constexpr std::string_view name_of(UsagePeriod period) { return name_in(kPeriodNames, period); }

}  // namespace geminate::ui
