// Recorded embeddings and token counts of Gemini, as `openai` and `@anthropic-ai/sdk` read them through the server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { anthropicClient } from './anthropic_readers.mjs';
import { openaiClient } from './openai_readers.mjs';
import { absent, recorded } from './recordings.mjs';
import { kToken, Served } from './served.mjs';
import { Upstream } from './upstream.mjs';

const exchanges = ['gemini.jsonl', 'vertex.jsonl'].flatMap(recorded);
const answersOf = (method) =>
  exchanges
    .filter(({ request }) => request.path.endsWith(`:${method}`))
    .map(({ id, request, response }, index) => ({ id, model: `${method}-${index}`, request, ...response }));

const embeddings = answersOf('batchEmbedContents');
const counts = answersOf('countTokens');
let upstream;
let served;

before(async () => {
  if (absent) return;
  const byModel = new Map([...embeddings, ...counts].map((answer) => [answer.model, answer]));
  upstream = await Upstream.start(({ model }) => ({
    status: byModel.get(model).status,
    json: byModel.get(model).body,
  }));
  served = await Served.start({ upstream: upstream.url });
});
after(async () => {
  await served?.stop();
  await upstream?.stop();
});

const close = (one, other) =>
  one.length === other.length && one.every((value, at) => Math.abs(value - other[at]) < 1e-6);

async function expectEmbeddings(client, { id, model, request, body }, format) {
  const input = request.body.requests.map(({ content }) => content.parts[0].text);
  const answer = await client.embeddings.create({ model, input, ...format });
  assert.deepEqual(
    answer.data.map(({ index }) => index),
    input.map((_, index) => index),
    id,
  );
  body.embeddings.forEach(({ values }, index) => assert.ok(close(answer.data[index].embedding, values), id));
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens, id);
  if (body.usageMetadata) assert.equal(answer.usage.prompt_tokens, body.usageMetadata.promptTokenCount, id);
  assert.ok(answer.usage.prompt_tokens > 0, `${id}: usage of zero`);
}

test('openai reads every recorded embedding', { skip: absent }, async () => {
  const client = openaiClient(served.url, kToken);
  for (const answer of embeddings) {
    if (answer.status === 200) {
      // Without a format the package asks for base64 and unpacks it.
      await expectEmbeddings(client, answer, {});
      await expectEmbeddings(client, answer, { encoding_format: 'float' });
    } else {
      await assert.rejects(client.embeddings.create({ model: answer.model, input: 'x' }), OpenAI.NotFoundError);
    }
  }
  assert.ok(embeddings.length > 10);
});

test('@anthropic-ai/sdk reads every recorded count of tokens', { skip: absent }, async () => {
  const client = anthropicClient(served.url, kToken);
  for (const { id, model, body } of counts) {
    const { input_tokens: tokens } = await client.messages.countTokens({
      model,
      messages: [{ role: 'user', content: 'x' }],
    });
    assert.equal(tokens, body.totalTokens, id);
  }
  assert.ok(counts.length >= 5);
});
