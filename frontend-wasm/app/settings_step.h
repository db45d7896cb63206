#pragma once

#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {

// What the reducers of settings, limits, prices and aliases have in common. Only they use it.

template <class Request, class T>
void fetch(Step& step, Fetched<T>& wanted) {
  if (wanted.running) return;
  wanted.running = true;
  step.send(Request{});
}

template <class T>
void take(Step& step, Fetched<T>& into, const T& value) {
  server_answered(step);
  into = {value, false, std::nullopt};
  step.redraw();
}

template <class T>
void miss(Fetched<T>& wanted, const Failure& failure) {
  wanted.running = false;
  wanted.problem = describe(failure);
}

template <class Request, class T>
void fetch_anew(Step& step, Fetched<T>& wanted) {
  wanted.running = false;  // one that is on its way may be older
  fetch<Request>(step, wanted);
}

void open_form(Step& step, SettingsOverlay overlay);
/// A save came back refused: at its field if the form has it.
void saving_failed(Step& step, const Failure& failure);
/// Whether it came back because somebody else was there before: what was typed stays, until the latest is
/// there.
bool moved_on(Step& step, const Failure& failure, SettingsOverlay which);
void saved(Step& step, SettingsOverlay which, Message message);

}  // namespace geminate::ui
