// What real OpenAI and Anthropic clients have sent: each request makes a Gemini request that Gemini takes, or is
// refused by name because Gemini has nothing like it (docs/UNSUPPORTED.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { requestFaults } from './gemini_rules.mjs';
import { lostOf } from './lost_fields.mjs';
import { absent, eventsOf, recorded } from './recordings.mjs';
import { refusal, refusedField } from './refusals.mjs';
import { kToken, Served } from './served.mjs';
import { Upstream } from './upstream.mjs';

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

const dialectOf = (path) => (path.startsWith('/v1/messages') ? 'Anthropic' : 'OpenAI');

function headersFor(request) {
  const headers = { 'content-type': 'application/json' };
  if (dialectOf(request.path) === 'OpenAI') return { ...headers, authorization: `Bearer ${kToken}` };
  for (const name of ['anthropic-version', 'anthropic-beta']) {
    if (request.headers[name]) headers[name] = request.headers[name];
  }
  return { 'anthropic-version': '2023-06-01', ...headers, 'x-api-key': kToken };
}

async function ask(request) {
  const query = new URLSearchParams(request.query ?? {}).toString();
  const answer = await fetch(served.url + request.path + (query && `?${query}`), {
    method: request.method,
    headers: headersFor(request),
    body: JSON.stringify(request.body),
  });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text };
}

const ids = new Map();
// Calls that the recorded answers made, by the answers' ids.
const calls = new Map();

// A later request names an answer of the recording: here it names ours to the same question. Ours has not made the
// calls that the request has results of, so they stand before those.
function withOurIds(body) {
  const theirs = body.previous_response_id;
  if (!theirs || !ids.has(theirs)) return body;
  const answered = (call) =>
    body.input.some?.((item) => item.type === `${call.type}_output` && item.call_id === call.call_id);
  const made = calls.get(theirs).filter(answered);
  const input = made.length ? [...made, ...body.input] : body.input;
  return { ...body, input, previous_response_id: ids.get(theirs) };
}

const responseOf = (body) => (body?.object === 'response' ? body : body?.response);
const idOf = (body) => responseOf(body)?.id;

function learnId(exchange, answer) {
  if (exchange.request.path !== '/v1/responses') return;
  const { body } = exchange.response;
  const theirs = typeof body === 'string' ? idOf(eventsOf(body).at(-1)) : idOf(body);
  const ours = answer.type.startsWith('text/event-stream')
    ? idOf(eventsOf(answer.text)[0])
    : idOf(JSON.parse(answer.text));
  if (!theirs || !ours) return;
  ids.set(theirs, ours);
  const { output } = responseOf(typeof body === 'string' ? eventsOf(body).at(-1) : body);
  calls.set(
    theirs,
    output.filter((item) => item.type === 'function_call'),
  );
}

// What is wrong with how a request went through; empty when all is well.
function faultsOfPassed(exchange, answer) {
  const calls = upstream.taken();
  if (calls.length !== 1) return [`${calls.length} requests reached Gemini`];
  const [call] = calls;
  const faults = requestFaults(call.method, call.body);
  if (!call.headers['x-goog-api-key']) faults.push('no key was sent');
  faults.push(...lostOf(exchange.request.body, call.body.generateContentRequest ?? call.body));
  const streamed = Boolean(exchange.request.body.stream);
  if ((call.method === 'streamGenerateContent') !== streamed) faults.push(`${call.method} for stream: ${streamed}`);
  if (answer.type.startsWith('text/event-stream') !== streamed) faults.push(`the answer is ${answer.type}`);
  return faults;
}

async function judge(exchange, counts, faults) {
  const body = withOurIds(exchange.request.body);
  const answer = await ask({ ...exchange.request, body });
  if (answer.status === 200) {
    ++counts.passed;
    learnId(exchange, answer);
    for (const fault of faultsOfPassed(exchange, answer)) faults.push(`${exchange.id}: ${fault}`);
    return;
  }
  const dialect = dialectOf(exchange.request.path);
  const told = answer.type.startsWith('application/json') ? JSON.parse(answer.text) : {};
  const { row, name } = refusal(dialect, refusedField(dialect, told), body);
  counts.refused[name] = (counts.refused[name] ?? 0) + 1;
  if (answer.status !== 400) faults.push(`${exchange.id}: ${answer.status} ${answer.text.slice(0, 200)}`);
  else if (!row) faults.push(`${exchange.id}: refused, but not in the list (${name}): ${answer.text.slice(0, 200)}`);
  if (upstream.taken().length) faults.push(`${exchange.id}: refused after Gemini was asked`);
}

async function judgeAll(file, path) {
  const exchanges = recorded(file).filter(({ request }) => request.path === path);
  assert.ok(exchanges.length, 'the recording has such requests');
  const faults = [];
  const counts = { passed: 0, refused: {} };
  upstream.taken();
  for (const exchange of exchanges) await judge(exchange, counts, faults);
  const refused = exchanges.length - counts.passed;
  console.log(`${file} ${path}: ${counts.passed} pass, ${refused} are refused of ${exchanges.length}`);
  for (const [name, times] of Object.entries(counts.refused)) console.log(`    ${times} refused for ${name}`);
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.slice(0, 40).join('\n')}`);
}

for (const [file, path] of [
  ['openai.jsonl', '/v1/chat/completions'],
  ['openai.jsonl', '/v1/responses'],
  ['openai.jsonl', '/v1/embeddings'],
  ['anthropic.jsonl', '/v1/messages'],
  ['anthropic.jsonl', '/v1/messages/count_tokens'],
]) {
  test(`${path} of ${file} passes or is refused by name`, { skip: absent }, () => judgeAll(file, path));
}

// Google takes these two from its older clients; we do not send them.
function asWeWouldWrite(value, name = '') {
  if (Array.isArray(value)) return value.map((item) => asWeWouldWrite(item));
  if (typeof value !== 'object' || value === null) return name === 'type' ? String(value).toUpperCase() : value;
  const free = ['args', 'response', 'parametersJsonSchema', 'responseJsonSchema'];
  const members = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(
    members.map(([key, item]) => {
      const camel = key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
      return [camel, free.includes(camel) ? item : asWeWouldWrite(item, camel)];
    }),
  );
}

test('what Google has taken, the checker takes', { skip: absent }, () => {
  let checked = 0;
  for (const { id, request, response } of recorded('gemini.jsonl')) {
    const method = request.path.match(/:(\w+)$/)?.[1];
    if (response.status !== 200 || !/Content|countTokens/.test(method)) continue;
    const faults = requestFaults(method, asWeWouldWrite(request.body));
    assert.deepEqual(
      faults.filter((fault) => !/an empty text/.test(fault)),
      [],
      id,
    );
    ++checked;
  }
  assert.ok(checked > 150, `${checked}`);
});

test('what Google refuses, the checker refuses', () => {
  const said = { role: 'user', parts: [{ text: 'hello' }] };
  const call = { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] };
  const answered = { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] };
  const png = { mimeType: 'image/png', data: 'iVBORw0KGgo=' };
  const wrong = {
    'no contents': { contents: [] },
    'an unknown name': { contents: [said], model_name: 'x' },
    'a wrong type': { contents: [said], generationConfig: { maxOutputTokens: '12' } },
    'a fraction for a whole number': { contents: [said], generationConfig: { topK: 1.5 } },
    'an unknown enum value': { contents: [said], generationConfig: { responseModalities: ['SMELL'] } },
    'bytes that are no base64': { contents: [{ role: 'user', parts: [{ inlineData: { ...png, data: '***' } }] }] },
    'an image without a type': { contents: [{ role: 'user', parts: [{ inlineData: { data: png.data } }] }] },
    'two kinds of data in a part': { contents: [{ role: 'user', parts: [{ text: 'x', inlineData: png }] }] },
    'an unknown role': { contents: [{ ...said, role: 'assistant' }] },
    'a part of nothing': { contents: [{ role: 'user', parts: [{}] }] },
    'a call without an answer': { contents: [said, call] },
    'an answer without a call': { contents: [said, answered] },
    'two answers to a call': {
      contents: [said, call, { role: 'user', parts: [...answered.parts, ...answered.parts] }],
    },
    'an args that is no object': {
      contents: [said, { role: 'model', parts: [{ functionCall: { name: 'f', args: [] } }] }, answered],
    },
    'a bad function name': { contents: [said], tools: [{ functionDeclarations: [{ name: 'a b', description: '' }] }] },
    'an undeclared allowed function': {
      contents: [said],
      tools: [{ functionDeclarations: [{ name: 'f', description: '' }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['g'] } },
    },
    'a schema in the wrong case': {
      contents: [said],
      generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'object' } },
    },
    'a schema without JSON': { contents: [said], generationConfig: { responseJsonSchema: { type: 'object' } } },
    'a null': { contents: [said], generationConfig: null },
  };
  for (const [what, body] of Object.entries(wrong)) {
    assert.notDeepEqual(requestFaults('generateContent', body), [], what);
  }
  assert.deepEqual(requestFaults('generateContent', { contents: [said, call, answered] }), []);
});

test('what has got lost on the way is seen', () => {
  const body = {
    messages: [
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${'iVBO'.repeat(200)}` } }],
      },
    ],
    tools: [
      { type: 'function', function: { name: 'f' } },
      { type: 'web_search_20250305', name: 'web_search' },
    ],
    tool_choice: 'required',
    temperature: 0.5,
    response_format: { type: 'json_object' },
    instructions: 'be brief',
  };
  const arrived = {
    systemInstruction: { parts: [{ text: 'be brief' }] },
    contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'iVBO'.repeat(200) } }] }],
    tools: [{ functionDeclarations: [{ name: 'f' }] }, { googleSearch: {} }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    generationConfig: { temperature: 0.5, responseMimeType: 'application/json' },
  };
  assert.deepEqual(lostOf(body, arrived), []);
  for (const name of Object.keys(arrived)) {
    const { [name]: _, ...rest } = arrived;
    assert.notDeepEqual(lostOf(body, rest), [], name);
  }
});
