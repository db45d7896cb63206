// What tests/support/promise.h is to a test in C++.

/** Tells what a test of a promise has measured; `id` is a row of tests/promises/promises.json. */
export function notePromise(id, figure) {
  console.log(`\nPROMISE ${id}: ${figure}`);
}

/** Whether the numbers of the promise itself are asked for, and not the short form of tools/test. */
export const isLongRun = process.env.GEMINATE_PROMISES === "long";
