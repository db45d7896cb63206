#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "frontend-wasm/app/actions.h"

namespace geminate::ui {

struct AppState;

// What the address bar says beyond the page: /manage/keys/12, /manage/keys?q=state%3Acooling,
// /manage/requests/01m8…, /manage/dashboard?period=week. Pure.

/// An address, taken apart.
struct Location {
  Page page{};
  std::string row;  // what is open on the page; empty: nothing
  std::map<std::string, std::string, std::less<>> values;

  std::string value(std::string_view name) const;
  /// Another page, or something else open on it; otherwise only the search is another.
  bool same_place(const Location& other) const { return page == other.page && row == other.row; }
};

Location read_location(std::string_view address);
/// What the state shows, as an address.
std::string address_of(const AppState& state);

/// What the address bar says, and what of an address has still to be done.
struct AddressState {
  std::string shown;    // by the address bar
  std::string awaited;  // to be followed once the lists are there that it names something of
};

}  // namespace geminate::ui
