#pragma once

#include <functional>

#include "frontend-wasm/api/api_client.h"
#include "frontend-wasm/app/events.h"

namespace geminate::ui {

/// Makes the call of a step about accounts, sessions or whole keys.
void call_account_step(ApiClient& client, const SendAccountStep& request,
                       std::function<void(Outcome<AccountStepDone>)> done);

}  // namespace geminate::ui
