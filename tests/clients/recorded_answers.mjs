// Every recorded answer of Gemini, whole and streamed, as the official packages of all dialects read it through the
// server: without complaint, and with the text, calls, reason and usage that Gemini gave.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messagesReader } from './anthropic_readers.mjs';
import { expectCalls, expectText, expectUsage } from './expectations.mjs';
import { genaiReader, vercelGoogleReader } from './google_readers.mjs';
import { chatReader, compatibleReader, responsesReader } from './openai_readers.mjs';
import { absent } from './recordings.mjs';
import { failuresOf, recordedAnswers, replaying } from './replay.mjs';
import { kToken, Served } from './served.mjs';
import { Upstream } from './upstream.mjs';

const answers = absent ? [] : recordedAnswers();
const good = answers.filter(({ status }) => status === 200);
const bad = answers.filter(({ status }) => status !== 200);
let upstream;
let served;

before(async () => {
  if (absent) return;
  upstream = await Upstream.start(replaying(answers));
  served = await Served.start({ upstream: upstream.url });
});
after(async () => {
  await served?.stop();
  await upstream?.stop();
});

function expectFound(reader, found, expected, what) {
  expectText(assert, found.text, expected, what);
  assert.equal(found.thoughts, expected.thoughts, `${what}: its thoughts`);
  expectCalls(assert, found.calls, expected, what);
  const reason = reader.reasonOf(expected);
  if (reason) assert.equal(found.reason, reason, `${what}: why it ended`);
  // A dialect that does not count the thoughts apart has them in its completion.
  const usage = { thinking: expected.thinking, ...found.usage };
  expectUsage(assert, usage, expected, what);
}

async function expectRefusal(reader, ask, { id, model, status }) {
  const error = await ask(model).then(
    () => assert.fail(`${id}: it was answered`),
    (reason) => reason,
  );
  assert.ok(error instanceof reader.errors.base, `${id}: not the package's own error: ${error.stack}`);
  const Kind = reader.errors[status];
  if (Kind) assert.ok(error instanceof Kind, `${id}: ${error.constructor.name} for ${status}`);
  assert.equal(error.status ?? error.statusCode, status, id);
  assert.ok(error.message.length > 10, id);
}

for (const reader of [chatReader, responsesReader, compatibleReader, messagesReader, genaiReader, vercelGoogleReader]) {
  test(`${reader.name} reads every recorded answer`, { skip: absent }, async () => {
    const { whole, streamed } = reader.open(served.url, kToken);
    const wholes = good.filter(({ streamedOnly }) => !streamedOnly);
    const failures = [
      ...(await failuresOf(wholes, async ({ id, model, expected }) =>
        expectFound(reader, await whole(model), expected, `${id}, whole`),
      )),
      ...(await failuresOf(good, async ({ id, model, expected }) =>
        expectFound(reader, await streamed(model), expected, `${id}, streamed`),
      )),
      ...(await failuresOf(bad, (answer) => expectRefusal(reader, whole, answer))),
      ...(await failuresOf(bad, (answer) => expectRefusal(reader, streamed, answer))),
    ];
    const asked = wholes.length + good.length + 2 * bad.length;
    console.log(`${reader.name}: ${asked - failures.length} of ${asked} answers read without complaint`);
    assert.equal(
      failures.length,
      0,
      `${failures.length} failures, the first of them:\n${failures.slice(0, 12).join('\n')}`,
    );
  });
}
