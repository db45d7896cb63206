#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "frontend-wasm/app/app_state.h"
#include "shared/dto/keys.h"
#include "shared/dto/tokens.h"

namespace geminate::ui {

// Forms to bodies and back. Pure. What cannot be understood goes into `errors` under the API's field name,
// and nothing is returned.

KeyForm form_of(const UpstreamKeyView& row, std::int32_t zone_minutes);
/// Only what differs from the row the form was filled from, with that row's revision.
std::optional<KeyPatch> patch_of(const KeyForm& form, const UpstreamKeyView& row, std::int32_t zone_minutes,
                                 FieldErrors& errors);
std::optional<KeyDraft> key_draft_of(const KeyForm& form, std::string key_text, std::int32_t zone_minutes,
                                     FieldErrors& errors);
/// Takes the latest values over into fields that the person has not touched since `before`.
void rebase(KeyForm& form, const KeyForm& before, const KeyForm& latest);
/// The fields that the person changed in one way and somebody else in another, each with what it is now.
FieldErrors conflicts(const KeyForm& form, const KeyForm& before, const KeyForm& latest);

TokenForm form_of(const ClientTokenView& row, std::int32_t zone_minutes);
std::optional<TokenPatch> patch_of(const TokenForm& form, const ClientTokenView& row,
                                   std::int32_t zone_minutes, FieldErrors& errors);
std::optional<TokenDraft> token_draft_of(const TokenForm& form, std::int32_t zone_minutes,
                                         FieldErrors& errors);
void rebase(TokenForm& form, const TokenForm& before, const TokenForm& latest);
FieldErrors conflicts(const TokenForm& form, const TokenForm& before, const TokenForm& latest);

/// Whether the patch asks for anything.
bool is_empty(const KeyPatch& patch);
bool is_empty(const TokenPatch& patch);

}  // namespace geminate::ui
