// Recorded requests with something wrong in them: whatever it is, the client is told by a 400 that names a field, before
// a key is spent, or Gemini gets a request that it takes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { requestFaults } from './gemini_rules.mjs';
import { absent, recorded } from './recordings.mjs';
import { refusedField } from './refusals.mjs';
import { kToken, Served } from './served.mjs';
import { Upstream } from './upstream.mjs';

const kChangesOfEach = 6;
let upstream;
let served;

before(async () => {
  if (absent) return;
  upstream = await Upstream.start();
  served = await Served.start({ upstream: upstream.url });
});
after(async () => {
  await served?.stop();
  await upstream?.stop();
});

// A generator with a seed of its own (mulberry32): each run changes the same.
function diceOf(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const kOthers = [null, true, -1, 1.5, 0, '', 'x', [], {}, [null], ['x'], { type: 'x' }, [[]], 1e300];

function placesOf(value, path = []) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...path, key], ...placesOf(item, [...path, key])]);
}

// A copy with one place changed, and what was done.
function changed(body, dice) {
  const copy = structuredClone(body);
  const places = placesOf(copy);
  const path = places[dice(places.length)];
  const parent = path.slice(0, -1).reduce((value, key) => value[key], copy);
  const other = dice(kOthers.length + 1);
  const key = path.at(-1);
  if (other < kOthers.length) parent[key] = kOthers[other];
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return {
    copy,
    what: `${path.join('.')} ${other < kOthers.length ? `= ${JSON.stringify(kOthers[other])}` : 'is left out'}`,
  };
}

async function faultOf(path, body) {
  const isAnthropic = path.startsWith('/v1/messages');
  const answer = await fetch(served.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(isAnthropic
        ? { 'x-api-key': kToken, 'anthropic-version': '2023-06-01' }
        : { authorization: `Bearer ${kToken}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const calls = upstream.taken();
  if (answer.status === 200) return calls.flatMap((call) => requestFaults(call.method, call.body)).join('; ');
  if (![400, 404, 413].includes(answer.status)) return `${answer.status} ${text.slice(0, 200)}`;
  if (calls.length) return `refused after Gemini was asked: ${text.slice(0, 200)}`;
  const field = refusedField(isAnthropic ? 'Anthropic' : 'OpenAI', JSON.parse(text));
  return field ? '' : `no field is named: ${text.slice(0, 200)}`;
}

for (const [file, path] of [
  ['openai.jsonl', '/v1/chat/completions'],
  ['openai.jsonl', '/v1/responses'],
  ['openai.jsonl', '/v1/embeddings'],
  ['anthropic.jsonl', '/v1/messages'],
  ['anthropic.jsonl', '/v1/messages/count_tokens'],
]) {
  test(
    `changed requests to ${path} are told what is wrong, or make one that Gemini takes`,
    { skip: absent },
    async () => {
      const exchanges = recorded(file).filter(({ request }) => request.path === path);
      const dice = diceOf(20261127);
      const faults = [];
      for (const { id, request } of exchanges) {
        for (let round = 0; round < kChangesOfEach; ++round) {
          const { copy, what } = changed(request.body, dice);
          const fault = await faultOf(path, copy);
          if (fault) faults.push(`${id}, ${what}: ${fault}`);
        }
      }
      assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.slice(0, 40).join('\n')}`);
    },
  );
}
