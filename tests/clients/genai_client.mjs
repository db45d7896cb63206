// The official `@google/genai` package, unmodified, against the server.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ApiError, createPartFromUri, createUserContent, GoogleGenAI } from '@google/genai';
import { kModel, kToken, Served } from './served.mjs';

let served;
let client;
const contents = 'hello from genai';

function connect(apiKey) {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: served.url } });
}

before(async () => {
  served = await Served.start();
  client = connect(kToken);
});
after(() => served?.stop());
beforeEach(() => served.reset());

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ApiError, `not the API's own error: ${error.stack}`);
    return error;
  }
  assert.fail('it was not refused');
}

test('content is generated, with usage', async () => {
  const answer = await client.models.generateContent({ model: kModel, contents, config: { temperature: 0.5 } });
  assert.equal(answer.text, 'Simulated answer to: hello from genai');
  assert.equal(answer.candidates[0].finishReason, 'STOP');
  assert.ok(answer.usageMetadata.totalTokenCount > 0);
  const [request] = await served.seen();
  assert.match(request.key, /^demo-key-/, 'upstream must get a key of the pool');
  assert.ok(!JSON.stringify(request).includes(kToken), 'the client\'s token must not go upstream');
  assert.deepEqual((await served.stats()).violations, []);
});

test('content streams', async () => {
  const pieces = [];
  const stream = await client.models.generateContentStream({ model: kModel, contents });
  for await (const piece of stream) pieces.push(piece);
  assert.equal(pieces.map((piece) => piece.text ?? '').join(''), 'Simulated answer to: hello from genai');
  assert.equal(pieces.length, 5);
  assert.equal(pieces.at(-1).candidates[0].finishReason, 'STOP');
  assert.deepEqual((await served.stats()).violations, []);
});

test('a chat keeps its history', async () => {
  const chat = client.chats.create({ model: kModel });
  await chat.sendMessage({ message: 'first' });
  assert.equal((await chat.sendMessage({ message: 'second' })).text, 'Simulated answer to: second');
  assert.equal(JSON.parse((await served.seen())[1].body).contents.length, 3);
});

test('tokens are counted', async () => {
  const counted = await client.models.countTokens({ model: kModel, contents });
  assert.equal(counted.totalTokens, 4);
});

test('content is embedded', async () => {
  const answer = await client.models.embedContent({ model: 'gemini-embedding-001', contents });
  assert.equal(answer.embeddings[0].values.length, 8);
});

test('models are listed, page by page, and described', async () => {
  const names = [];
  for await (const model of await client.models.list({ config: { pageSize: 2 } })) names.push(model.name);
  assert.ok(names.includes('models/' + kModel), names.join());
  assert.ok(names.length > 2);
  assert.equal((await client.models.get({ model: kModel })).name, 'models/' + kModel);
  assert.deepEqual((await served.stats()).violations, []);
});

test('files are uploaded in chunks, used, listed, fetched and deleted, each with the key that has them', async () => {
  // More than one chunk of the package's 8 MiB.
  const bytes = new Uint8Array(8 * 1024 * 1024 + 5).fill(65);
  const file = await client.files.upload({
    file: new Blob([bytes], { type: 'text/plain' }),
    config: { displayName: 'notes' },
  });
  assert.match(file.name, /^files\//);
  assert.equal(file.displayName, 'notes');
  assert.equal(file.sizeBytes, String(bytes.length));
  const parts = [createPartFromUri(file.uri, file.mimeType), 'what is it?'];
  for (let time = 0; time < 4; ++time) {
    const answer = await client.models.generateContent({ model: kModel, contents: createUserContent(parts) });
    assert.equal(answer.text, 'Simulated answer to: what is it?');
    assert.equal((await client.files.get({ name: file.name })).name, file.name);
  }
  const keys = new Set((await served.seen()).map((request) => request.key));
  assert.equal(keys.size, 1, 'everything about one file goes with one key');
  const uploads = (await served.seen()).filter((request) => request.target.startsWith('/upload/'));
  assert.equal(uploads.length, 3, 'a start and two chunks');
  assert.ok(!JSON.stringify(await served.seen()).includes(kToken), 'the client\'s token must not go upstream');
  await client.files.delete({ name: file.name });
  assert.equal((await refusal(client.files.get({ name: file.name }))).status, 403);
  assert.deepEqual((await served.stats()).violations, []);
});

test('contents are cached and the caches used with the keys that have them', async () => {
  const owners = [];
  const makers = () => new Set(owners.map(([, key]) => key)).size;
  while (makers() < 2 && owners.length < 50) {
    const cache = await client.caches.create({ model: kModel, config: { contents, ttl: '600s' } });
    owners.push([cache.name, (await served.seen()).at(-1).key]);
  }
  assert.equal(makers(), 2, 'both keys made some');
  for (const [cachedContent, key] of owners) {
    const answer = await client.models.generateContent({ model: kModel, contents, config: { cachedContent } });
    assert.equal(answer.candidates[0].finishReason, 'STOP');
    assert.equal((await served.seen()).at(-1).key, key);
    await client.caches.update({ name: cachedContent, config: { ttl: '900s' } });
    assert.equal((await client.caches.get({ name: cachedContent })).name, cachedContent);
    await client.caches.delete({ name: cachedContent });
  }
  assert.deepEqual((await served.stats()).violations, []);
});

test('interactions are begun, gone on with and fetched with the key that has them', async () => {
  let before;
  for (let turn = 0; turn < 4; ++turn) {
    const made = await client.interactions.create({ model: kModel, input: 'hello', previous_interaction_id: before });
    assert.match(made.id, /^v1_/);
    assert.equal((await client.interactions.get(made.id)).id, made.id);
    before = made.id;
  }
  const types = [];
  const stream = await client.interactions.create({ model: kModel, input: 'hello', stream: true, previous_interaction_id: before });
  for await (const event of stream) types.push(event.event_type);
  assert.equal(types[0], 'interaction.created');
  assert.equal(types.at(-1), 'interaction.completed');
  assert.equal(new Set((await served.seen()).map((request) => request.key)).size, 1);
  assert.deepEqual((await served.stats()).violations, []);
});

test('a film is made by an operation, asked after and fetched with the key that has them', async () => {
  let operation = await client.models.generateVideos({ model: 'veo-3.0-generate-001', prompt: 'a film' });
  operation = await client.operations.getVideosOperation({ operation });
  assert.ok(operation.done);
  const { uri } = operation.response.generatedVideos[0].video;
  const path = new URL(uri).pathname + '?alt=media';
  const film = await fetch(served.url + path, { headers: { 'x-goog-api-key': kToken } });
  assert.equal(await film.text(), 'a film');
  assert.equal(new Set((await served.seen()).map((request) => request.key)).size, 1);
});

test('a wrong token is refused with 401 and never goes upstream', async () => {
  const error = await refusal(connect('some-other-token-1234').models.generateContent({ model: kModel, contents }));
  assert.equal(error.status, 401);
  assert.equal((await served.stats()).requests, 0);
});

test('Gemini\'s own refusals arrive as they are', async () => {
  const error = await refusal(client.models.generateContent({ model: 'gemini-nine', contents }));
  assert.equal(error.status, 404);
  assert.match(error.message, /models\/gemini-nine is not found/);
});

test('an invalid key is replaced by another', async () => {
  await served.script('dead', 1);
  const answer = await client.models.generateContent({ model: kModel, contents });
  assert.equal(answer.candidates[0].finishReason, 'STOP');
  assert.equal((await served.stats()).requests, 2);
});

test('a client that leaves in the middle cancels its upstream request', async () => {
  await served.script('ok,chunks=1000,interval_ms=200', 1);
  const abort = new AbortController();
  const stream = await client.models.generateContentStream({ model: kModel, contents, config: { abortSignal: abort.signal } });
  await assert.rejects(async () => {
    for await (const piece of stream) {
      assert.ok(piece.candidates);
      abort.abort();
    }
  });
  assert.ok(await served.statsBecome((stats) => stats.cancelled === 1 && stats.in_flight === 0, 1000));
});
