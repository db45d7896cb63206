#pragma once

#include "tools/simulator/behaviour.h"
#include "tools/simulator/reply.h"
#include "tools/simulator/request.h"

namespace geminate::simulator {

/// Google's own OpenAI-compatible surface below /v1beta/openai/: chat/completions (text, streamed or not) and
/// models.
Reply openai_reply(const Request& request, const Behaviour& behaviour);

}  // namespace geminate::simulator
