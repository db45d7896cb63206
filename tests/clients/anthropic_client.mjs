// The official `@anthropic-ai/sdk` package, unmodified, against the server.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { kModel, kToken, Served } from './served.mjs';

let served;
let client;
const hello = { model: kModel, max_tokens: 4096, messages: [{ role: 'user', content: 'hello from anthropic' }] };
const kAnswer = 'Simulated answer to: hello from anthropic';

before(async () => {
  served = await Served.start();
  client = new Anthropic({ apiKey: kToken, baseURL: served.url, maxRetries: 0 });
});
after(() => served?.stop());
beforeEach(() => served.reset());

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Anthropic.APIError, `not the API's own error: ${error.stack}`);
    return error;
  }
  assert.fail('it was not refused');
}

test('a message is answered, with usage and an id', async () => {
  const { data: answer, response, request_id } = await client.messages.create(hello).withResponse();
  assert.equal(answer.type, 'message');
  assert.equal(answer.role, 'assistant');
  assert.equal(answer.model, kModel);
  assert.match(answer.id, /^msg_/);
  assert.deepEqual(answer.content.map((block) => block.type), ['text']);
  assert.equal(answer.content[0].text, kAnswer);
  assert.equal(answer.stop_reason, 'end_turn');
  assert.equal(answer.stop_sequence, null);
  assert.ok(answer.usage.input_tokens > 0);
  assert.ok(answer.usage.output_tokens > 0);
  assert.equal(request_id, response.headers.get('x-request-id'));
  assert.deepEqual((await served.stats()).violations, []);
});

test('a message streams in the order of events that the dialect has', async () => {
  const events = [];
  for await (const event of await client.messages.create({ ...hello, stream: true })) events.push(event);
  const types = events.map((event) => event.type).filter((type) => type !== 'ping');
  assert.deepEqual([types.at(0), types.at(1)], ['message_start', 'content_block_start']);
  assert.deepEqual(types.slice(-3), ['content_block_stop', 'message_delta', 'message_stop']);
  const deltas = events.filter((event) => event.type === 'content_block_delta');
  assert.ok(deltas.length > 3, 'it must come in pieces');
  assert.equal(deltas.map((event) => event.delta.text).join(''), kAnswer);
  const end = events.find((event) => event.type === 'message_delta');
  assert.equal(end.delta.stop_reason, 'end_turn');
  assert.ok(end.usage.output_tokens > 0);
  assert.ok(end.usage.input_tokens > 0);
});

test('the package\'s own stream helper puts the answer together', async () => {
  const stream = client.messages.stream(hello);
  const answer = await stream.finalMessage();
  assert.equal(answer.content[0].text, kAnswer);
  assert.ok(answer.usage.input_tokens > 0);
});

test('thoughts come as blocks of their own, and only where they were asked for', async () => {
  const thinking = { type: 'enabled', budget_tokens: 1024 };
  const answer = await client.messages.create({ ...hello, thinking });
  assert.deepEqual(answer.content.map((block) => block.type), ['thinking', 'text']);
  assert.ok(answer.content[0].signature.length > 0);
  const streamed = await client.messages.stream({ ...hello, thinking }).finalMessage();
  assert.deepEqual(streamed.content, answer.content);
  const next = [...hello.messages, { role: 'assistant', content: answer.content }, { role: 'user', content: 'go on' }];
  assert.equal((await client.messages.create({ ...hello, thinking, messages: next })).stop_reason, 'end_turn');
  assert.deepEqual((await served.stats()).violations, []);
});

test('system, limits, stops, images and tools reach Gemini', async () => {
  const answer = await client.messages.create({
    model: kModel,
    max_tokens: 2,
    stop_sequences: ['never'],
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        ],
      },
    ],
  });
  assert.equal(answer.stop_reason, 'max_tokens');
  const [request] = await served.seen();
  const body = JSON.parse(request.body);
  assert.deepEqual(body.systemInstruction.parts, [{ text: 'Be brief.' }]);
  assert.deepEqual(body.contents[0].parts[1], { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } });
  assert.equal(body.tools[0].functionDeclarations[0].name, 'look');
  assert.deepEqual(body.generationConfig, { maxOutputTokens: 2, stopSequences: ['never'] });
});

test('tokens are counted without an answer', async () => {
  const { model, messages } = hello;
  const count = await client.messages.countTokens({ model, messages, system: 'Be brief.' });
  assert.ok(count.input_tokens > 0);
  const [request] = await served.seen();
  assert.ok(request.target.endsWith(':countTokens'), request.target);
});

test('a wrong token is refused with 401', async () => {
  const stranger = new Anthropic({ apiKey: 'some-other-token-1234', baseURL: served.url, maxRetries: 0 });
  const error = await refusal(stranger.messages.create(hello));
  assert.ok(error instanceof Anthropic.AuthenticationError);
  assert.equal(error.error.error.type, 'authentication_error');
  assert.ok(error.requestID, 'errors have an id as well');
  assert.equal(error.error.request_id, error.requestID);
});

test('what Gemini has nothing like is refused by name, before anything is spent', async () => {
  const error = await refusal(client.messages.create({ ...hello, container: 'container_1' }));
  assert.ok(error instanceof Anthropic.BadRequestError);
  assert.equal(error.error.type, 'error');
  assert.equal(error.error.error.type, 'invalid_request_error');
  assert.match(error.error.error.message, /container/);
  assert.equal((await served.stats()).requests, 0);
});

test('a version of the API that does not exist is refused', async () => {
  const error = await refusal(client.messages.create(hello, { headers: { 'anthropic-version': '2031-01-01' } }));
  assert.equal(error.status, 400);
  assert.match(error.error.error.message, /anthropic-version/);
});

test('an unknown model is not found', async () => {
  const error = await refusal(client.messages.create({ ...hello, model: 'gemini-nine' }));
  assert.ok(error instanceof Anthropic.NotFoundError);
  assert.equal(error.error.error.type, 'not_found_error');
});

test('an error in the middle of a stream reaches the client as one', async () => {
  await served.script('errormid,after=2', 1);
  const error = await refusal((async () => {
    for await (const event of await client.messages.create({ ...hello, stream: true })) assert.ok(event.type);
  })());
  assert.ok(error.message.length > 0);
});
