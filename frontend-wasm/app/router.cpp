#include "frontend-wasm/app/router.h"

#include <array>
#include <utility>

namespace geminate::ui {
namespace {

constexpr std::array<std::pair<Page, std::string_view>, 9> kPaths = {
    {{Page::Keys, "/manage/keys"},
     {Page::Tokens, "/manage/tokens"},
     {Page::Requests, "/manage/requests"},
     {Page::Dashboard, "/manage/dashboard"},
     {Page::Playground, "/manage/playground"},
     {Page::Models, "/manage/models"},
     {Page::Settings, "/manage/settings"},
     {Page::Accounts, "/manage/accounts"},
     {Page::Audit, "/manage/audit"}}};

}  // namespace

Page page_at(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  for (const auto& [page, address] : kPaths) {
    const bool below = path.size() > address.size() && path[address.size()] == '/';
    if (path.substr(0, address.size()) == address && (below || path.size() == address.size())) return page;
  }
  return Page::Keys;
}

std::string_view path_of(Page page) {
  for (const auto& [candidate, address] : kPaths) {
    if (candidate == page) return address;
  }
  return kPaths.front().second;
}

std::vector<Page> all_pages() {
  std::vector<Page> pages;
  for (const auto& [page, address] : kPaths) pages.push_back(page);
  return pages;
}

}  // namespace geminate::ui
