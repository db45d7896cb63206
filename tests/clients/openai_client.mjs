// The official `openai` package, unmodified, against the server.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import OpenAI from 'openai';
import { kModel, kToken, Served } from './served.mjs';

const kOtherToken = 'another-client-token-for-the-tests';
let served;
let client;
const hello = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'hello from openai' }];

before(async () => {
  served = await Served.start({ environment: { CLIENT_TOKENS: `${kToken},${kOtherToken}` } });
  client = new OpenAI({ apiKey: kToken, baseURL: served.url + '/v1', maxRetries: 0 });
});
after(() => served?.stop());
beforeEach(() => served.reset());

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof OpenAI.APIError, `not the API's own error: ${error.stack}`);
    return error;
  }
  assert.fail('it was not refused');
}

test('a chat is answered, with usage', async () => {
  const answer = await client.chat.completions.create({ model: kModel, messages: hello });
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.model, kModel);
  assert.match(answer.id, /^chatcmpl-/);
  assert.equal(answer.choices[0].message.role, 'assistant');
  assert.equal(answer.choices[0].message.content, 'Simulated answer to: hello from openai');
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.ok(answer.usage.prompt_tokens > 0);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  assert.deepEqual((await served.stats()).violations, []);
});

test('a chat streams, with usage at its end', async () => {
  const stream = await client.chat.completions.create({
    model: kModel,
    messages: hello,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const text = chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('');
  assert.equal(text, 'Simulated answer to: hello from openai');
  assert.equal(chunks.filter((chunk) => chunk.choices[0]?.delta?.role).length, 1);
  assert.deepEqual(chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter(Boolean), ['stop']);
  const last = chunks.at(-1);
  assert.deepEqual(last.choices, []);
  assert.ok(last.usage.total_tokens > 0);
  assert.ok(chunks.length > 5, 'it must come in pieces');
  assert.deepEqual((await served.stats()).violations, []);
});

test('the package\'s own stream helper puts the answer together', async () => {
  const stream = client.chat.completions.stream({ model: kModel, messages: hello });
  assert.equal((await stream.finalChatCompletion()).choices[0].message.content, 'Simulated answer to: hello from openai');
});

test('limits, stops and images reach Gemini', async () => {
  const answer = await client.chat.completions.create({
    model: kModel,
    max_completion_tokens: 2,
    stop: ['never'],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ],
      },
    ],
  });
  assert.equal(answer.choices[0].finish_reason, 'length');
  assert.ok(answer.usage.prompt_tokens > 258);
  const [request] = await served.seen();
  const body = JSON.parse(request.body);
  assert.deepEqual(body.contents[0].parts[1], { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } });
  assert.deepEqual(body.generationConfig, { maxOutputTokens: 2, stopSequences: ['never'] });
});

test('a wrong token is refused with 401', async () => {
  const stranger = new OpenAI({ apiKey: 'some-other-token-1234', baseURL: served.url + '/v1', maxRetries: 0 });
  const error = await refusal(stranger.chat.completions.create({ model: kModel, messages: hello }));
  assert.ok(error instanceof OpenAI.AuthenticationError);
  assert.equal(error.status, 401);
  assert.equal((await served.stats()).requests, 0);
});

test('what Gemini has nothing like is refused by name', async () => {
  const moderation = { model: 'omni-moderation-latest' };
  const error = await refusal(client.chat.completions.create({ model: kModel, messages: hello, moderation }));
  assert.ok(error instanceof OpenAI.BadRequestError);
  assert.equal(error.param, 'moderation');
  assert.equal((await served.stats()).requests, 0);
});

test('an unknown model is not found', async () => {
  const error = await refusal(client.chat.completions.create({ model: 'gemini-nine', messages: hello }));
  assert.equal(error.status, 404);
});

test('a spent key is no reason to fail while another has quota', async () => {
  await served.script('429,retry_ms=1000', 1);
  const answer = await client.chat.completions.create({ model: kModel, messages: hello });
  assert.equal(answer.choices[0].finish_reason, 'stop');
  const keys = Object.keys((await served.stats()).requests_by_key);
  assert.deepEqual(keys.sort(), ['demo-key-one', 'demo-key-two']);
});

test('models are listed and described', async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.ok(ids.includes(kModel), ids.join());
  assert.equal((await client.models.retrieve(kModel)).object, 'model');
  assert.deepEqual((await served.stats()).violations, []);
});

test('a client that leaves in the middle cancels its upstream request', async () => {
  await served.script('ok,chunks=1000,interval_ms=200', 1);
  const stream = await client.chat.completions.create({ model: kModel, messages: hello, stream: true });
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content) break;
  }
  stream.controller.abort();
  assert.ok(await served.statsBecome((stats) => stats.cancelled === 1 && stats.in_flight === 0, 1000));
});

test('an error in the middle of a stream reaches the client as one', async () => {
  await served.script('errormid,after=2', 1);
  const stream = await client.chat.completions.create({ model: kModel, messages: hello, stream: true });
  const error = await refusal((async () => { for await (const chunk of stream) assert.ok(chunk.id); })());
  assert.ok(error.message.length > 0);
});

test('Google\'s own OpenAI surface is passed through', async () => {
  const direct = new OpenAI({ apiKey: kToken, baseURL: served.url + '/openai/v1', maxRetries: 0 });
  const answer = await direct.chat.completions.create({ model: kModel, messages: hello });
  assert.equal(answer.id, 'sim-chat', 'it must be the upstream\'s own answer');
  const [request] = await served.seen();
  assert.equal(request.target, '/v1beta/openai/chat/completions');
  assert.match(request.key, /^demo-key-/);
  assert.deepEqual((await served.stats()).violations, []);
});

test('a response is answered, with usage', async () => {
  const answer = await client.responses.create({ model: kModel, instructions: 'Be brief.', input: 'hello from openai' });
  assert.equal(answer.object, 'response');
  assert.match(answer.id, /^resp_/);
  assert.equal(answer.status, 'completed');
  assert.equal(answer.output_text, 'Simulated answer to: hello from openai');
  assert.equal(answer.output.at(-1).role, 'assistant');
  assert.ok(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0);
  assert.equal(answer.instructions, 'Be brief.');
  assert.deepEqual((await served.stats()).violations, []);
});

test('a response streams, and the package\'s own helper puts it together', async () => {
  const stream = client.responses.stream({ model: kModel, input: 'hello from openai', reasoning: { summary: 'auto' } });
  const types = [];
  let text = '';
  for await (const event of stream) {
    assert.equal(event.sequence_number, types.length);
    types.push(event.type);
    if (event.type === 'response.output_text.delta') text += event.delta;
  }
  assert.deepEqual(types.slice(0, 3), ['response.created', 'response.in_progress', 'response.output_item.added']);
  assert.equal(types.at(-1), 'response.completed');
  assert.equal(text, 'Simulated answer to: hello from openai');
  const answer = await stream.finalResponse();
  assert.equal(answer.output_text, text);
  assert.deepEqual(answer.output.map((item) => item.type), ['reasoning', 'message']);
  assert.ok(answer.output[0].summary[0].text.length > 0);
  assert.ok(answer.usage.total_tokens > 0);
  assert.deepEqual((await served.stats()).violations, []);
});

test('a response goes on from the one before', async () => {
  const first = await client.responses.create({ model: kModel, input: 'first', instructions: 'Be brief.' });
  const second = await client.responses.create({ model: kModel, input: 'second', previous_response_id: first.id });
  assert.equal(second.previous_response_id, first.id);
  const body = JSON.parse((await served.seen()).at(-1).body);
  assert.equal(body.systemInstruction, undefined, 'instructions are not inherited');
  assert.deepEqual(body.contents, [
    { role: 'user', parts: [{ text: 'first' }] },
    { role: 'model', parts: [{ text: 'Simulated answer to: first' }] },
    { role: 'user', parts: [{ text: 'second' }] },
  ]);
  const items = [];
  for await (const item of client.responses.inputItems.list(second.id, { order: 'asc', limit: 2 })) items.push(item);
  assert.deepEqual(items.map((item) => item.role), ['user', 'assistant', 'user']);
  assert.equal(items[1].id, first.output[0].id);
});

test('a stored response is read and deleted by who made it', async () => {
  const stream = client.responses.stream({ model: kModel, input: 'hello' });
  const made = await stream.finalResponse();
  const read = await client.responses.retrieve(made.id);
  assert.equal(read.output_text, made.output_text);
  await client.responses.delete(made.id);
  const error = await refusal(client.responses.retrieve(made.id));
  assert.ok(error instanceof OpenAI.NotFoundError);
  const gone = await refusal(client.responses.create({ model: kModel, input: 'x', previous_response_id: made.id }));
  assert.equal(gone.param, 'previous_response_id');
  assert.equal(gone.status, 400);
});

test('nobody else finds a stored response', async () => {
  const made = await client.responses.create({ model: kModel, input: 'hello' });
  const other = new OpenAI({ apiKey: kOtherToken, baseURL: served.url + '/v1', maxRetries: 0 });
  assert.equal((await refusal(other.responses.retrieve(made.id))).status, 404);
  assert.equal((await refusal(other.responses.inputItems.list(made.id))).status, 404);
  assert.equal((await refusal(other.responses.delete(made.id))).status, 404);
  const stolen = await refusal(other.responses.create({ model: kModel, input: 'x', previous_response_id: made.id }));
  assert.equal(stolen.param, 'previous_response_id');
  assert.equal((await client.responses.retrieve(made.id)).id, made.id);
});

test('the tokens of a response\'s input are counted, what came before among them', async () => {
  const first = await client.responses.create({ model: kModel, input: 'first' });
  const alone = await client.responses.inputTokens.count({ model: kModel, input: 'second' });
  assert.equal(alone.object, 'response.input_tokens');
  assert.ok(alone.input_tokens > 0);
  const after = await client.responses.inputTokens.count({ model: kModel, input: 'second', previous_response_id: first.id });
  assert.ok(after.input_tokens > alone.input_tokens);
  assert.equal((await served.seen()).at(-1).target, `/v1beta/models/${kModel}:countTokens`);
  assert.deepEqual((await served.stats()).violations, []);
});

test('what is not to be stored is not', async () => {
  const made = await client.responses.create({ model: kModel, input: 'hello', store: false });
  assert.equal(made.store, false);
  assert.equal((await refusal(client.responses.retrieve(made.id))).status, 404);
});

test('an error in the middle of a streamed response reaches the client as one', async () => {
  await served.script('errormid,after=2', 1);
  const stream = await client.responses.create({ model: kModel, input: 'hello', stream: true });
  const error = await refusal((async () => { for await (const event of stream) assert.ok(event.type); })());
  assert.ok(error.message.length > 0);
});

test('embeddings come as numbers, in either encoding', async () => {
  const model = 'gemini-embedding-001';
  const packed = await client.embeddings.create({ model, input: ['one', 'two'] });
  const plain = await client.embeddings.create({ model, input: ['one', 'two'], encoding_format: 'float' });
  assert.equal(plain.data.length, 2);
  assert.deepEqual(plain.data.map((one) => one.index), [0, 1]);
  assert.deepEqual(packed.data[1].embedding, plain.data[1].embedding.map(Math.fround));
  assert.ok(plain.usage.total_tokens > 0);
  const requests = await served.seen();
  assert.equal(requests[0].target, `/v1beta/models/${model}:batchEmbedContents`);
  assert.deepEqual((await served.stats()).violations, []);
});

test('an error of Google\'s own OpenAI surface comes out of its list', async () => {
  await served.script('location,array=1', 1);
  const direct = new OpenAI({ apiKey: kToken, baseURL: served.url + '/openai/v1', maxRetries: 0 });
  const error = await refusal(direct.chat.completions.create({ model: kModel, messages: hello }));
  assert.equal(error.status, 400);
  assert.ok(error.error.message.length > 0, 'the package must find the message');
  assert.equal(error.type, 'invalid_request_error');
});
