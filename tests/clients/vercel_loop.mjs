// The agents' loops of agent_loop.mjs once more, through Vercel's providers and Google's own package.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { GoogleGenAI } from '@google/genai';
import { kToken, Served } from './served.mjs';
import { agentScript, kAnswer, kSteps, kTask, kTool, toolResult } from './tool_script.mjs';
import { Upstream } from './upstream.mjs';
import { contentOfStream } from './vercel_model.mjs';

const kModel = 'gemini-3-pro-preview';
let upstream;
let served;

before(async () => {
  upstream = await Upstream.start(agentScript());
  served = await Served.start({ upstream: upstream.url });
});
after(async () => {
  await served?.stop();
  await upstream?.stop();
});

const said = (content) =>
  content.map(({ providerMetadata, ...part }) => ({
    ...part,
    ...(part.type === 'tool-call' && { input: JSON.parse(part.input) }),
    providerOptions: providerMetadata,
  }));

const resultOf = ({ toolCallId, toolName, input }) => ({
  type: 'tool-result',
  toolCallId,
  toolName,
  output: { type: 'json', value: JSON.parse(toolResult(JSON.parse(input))) },
});

async function vercelLoop(model, streamed) {
  const prompt = [{ role: 'user', content: [{ type: 'text', text: kTask }] }];
  const tools = [{ type: 'function', name: kTool.name, description: kTool.description, inputSchema: kTool.parameters }];
  for (let step = 0; step <= kSteps; ++step) {
    const { content } = streamed
      ? await contentOfStream(await model.doStream({ prompt, tools }))
      : await model.doGenerate({ prompt, tools });
    const calls = content.filter(({ type }) => type === 'tool-call');
    if (!calls.length)
      return content
        .filter(({ type }) => type === 'text')
        .map(({ text }) => text)
        .join('');
    assert.equal(calls.length, 2, 'the calls are parallel');
    prompt.push({ role: 'assistant', content: said(content) }, { role: 'tool', content: calls.map(resultOf) });
  }
  throw new Error('the loop does not end');
}

const models = {
  '@ai-sdk/openai-compatible': () =>
    createOpenAICompatible({ name: 'geminate', apiKey: kToken, baseURL: served.url + '/v1' }).chatModel(kModel),
  '@ai-sdk/google': () => createGoogleGenerativeAI({ apiKey: kToken, baseURL: served.url + '/v1beta' })(kModel),
};

for (const [name, open] of Object.entries(models)) {
  for (const streamed of [false, true]) {
    test(`${name} ${streamed ? 'streams' : 'makes'} five tool turns`, async () => {
      upstream.answer = agentScript({ native: name === '@ai-sdk/google' });
      assert.equal(await vercelLoop(open(), streamed), kAnswer);
    });
  }
}

test("@google/genai's chat makes five tool turns", async () => {
  const client = new GoogleGenAI({ apiKey: kToken, httpOptions: { baseUrl: served.url } });
  const { parameters: parametersJsonSchema, ...rest } = kTool;
  const tools = [{ functionDeclarations: [{ ...rest, parametersJsonSchema }] }];
  const chat = client.chats.create({ model: kModel, config: { tools } });
  let answer = await chat.sendMessage({ message: kTask });
  for (let step = 0; step < kSteps; ++step) {
    assert.equal(answer.functionCalls.length, 2, 'the calls are parallel');
    const message = answer.functionCalls.map(({ name, args }) => ({
      functionResponse: { name, response: JSON.parse(toolResult(args)) },
    }));
    answer = await chat.sendMessage({ message });
  }
  assert.equal(answer.text, kAnswer);
});
