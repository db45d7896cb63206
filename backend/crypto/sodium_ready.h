#pragma once

namespace geminate::crypto {

/// Makes libsodium usable; called by every function of this folder that needs it, cheap after the first time.
/// Any thread. Ends the process when there is no source of randomness: nothing here could keep its promise
/// then.
void ensure_sodium();

}  // namespace geminate::crypto
