#pragma once

#include <string_view>
#include <vector>

#include "frontend-wasm/app/actions.h"

namespace geminate::ui {

/// The page that an address names; the keys for all others, such as one of a later version.
Page page_at(std::string_view path);
std::string_view path_of(Page page);
/// Every page, once.
std::vector<Page> all_pages();

}  // namespace geminate::ui
