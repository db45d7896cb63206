// Agents' loops: five turns of two parallel calls each through every translated dialect, whole and streamed, by clients
// that hand back all they got and by clients that keep only the fields they know.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { anthropicClient } from './anthropic_readers.mjs';
import { openaiClient } from './openai_readers.mjs';
import { kToken, Served } from './served.mjs';
import { agentScript, kAnswer, kSteps, kTask, kTool, toolResult } from './tool_script.mjs';
import { Upstream } from './upstream.mjs';

const model = 'gemini-3-pro-preview';
let upstream;
let served;
let openai;
let anthropic;

before(async () => {
  upstream = await Upstream.start(agentScript());
  served = await Served.start({ upstream: upstream.url });
  openai = openaiClient(served.url, kToken);
  anthropic = anthropicClient(served.url, kToken);
});
after(async () => {
  await served?.stop();
  await upstream?.stop();
});
beforeEach(() => {
  upstream.taken();
  upstream.answer = agentScript();
});

const resultOf = (args) => toolResult(JSON.parse(args));

async function askChat(messages, streamed) {
  const body = { model, messages, tools: [{ type: 'function', function: kTool }] };
  if (!streamed) return (await openai.chat.completions.create(body)).choices[0].message;
  return (await openai.chat.completions.stream(body).finalChatCompletion()).choices[0].message;
}

// What a client keeps that has types of its own for messages.
const known = ({ content, tool_calls: calls }) => ({
  role: 'assistant',
  content,
  tool_calls: calls.map(({ id, function: { name, arguments: args } }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  })),
});

async function chatLoop({ streamed = false, keep = (message) => message, order = (results) => results, history = [] }) {
  const messages = [...history, { role: 'user', content: kTask }];
  for (let step = 0; step <= kSteps; ++step) {
    const message = await askChat(messages, streamed);
    if (!message.tool_calls?.length) return { text: message.content, messages: [...messages, message], turns: step };
    assert.equal(message.tool_calls.length, 2, 'the calls are parallel');
    const results = message.tool_calls.map(({ id, function: { arguments: args } }) => ({
      role: 'tool',
      tool_call_id: id,
      content: resultOf(args),
    }));
    messages.push(keep(message), ...order(results));
  }
  throw new Error('the loop does not end');
}

const chatLoops = {
  'hands everything back': {},
  'streams and hands everything back': { streamed: true },
  'keeps only the fields it knows': { keep: known },
  'streams and keeps only the fields it knows': { streamed: true, keep: known },
  'hands its results back in another order': { keep: known, order: (results) => results.reverse() },
};

for (const [what, options] of Object.entries(chatLoops)) {
  for (const withIds of [false, true]) {
    test(`a chat client that ${what} makes five tool turns, Gemini's calls ${withIds ? 'with' : 'without'} ids`, async () => {
      upstream.answer = agentScript({ withIds });
      const { text, turns } = await chatLoop(options);
      assert.equal(text, kAnswer);
      assert.equal(turns, kSteps);
      assert.equal(upstream.taken().length, kSteps + 1);
    });
  }
}

test("a second task goes on from the first one's calls", async () => {
  const first = await chatLoop({ keep: known });
  const second = await chatLoop({ keep: known, history: first.messages });
  assert.equal(second.text, kAnswer);
});

test('loops run side by side', async () => {
  const loops = Array.from({ length: 8 }, (_, index) => chatLoop({ keep: known, streamed: index % 2 === 1 }));
  for (const { text } of await Promise.all(loops)) assert.equal(text, kAnswer);
});

async function askResponses(body, streamed) {
  const whole = { model, tools: [{ type: 'function', strict: false, ...kTool }], ...body };
  return streamed ? openai.responses.stream(whole).finalResponse() : openai.responses.create(whole);
}

const outputOf = (call) => ({ type: 'function_call_output', call_id: call.call_id, output: resultOf(call.arguments) });

async function responsesLoop({ streamed = false, stored = false, keep = (item) => item }) {
  let body = { input: [{ role: 'user', content: kTask }], store: stored };
  for (let step = 0; step <= kSteps; ++step) {
    const answer = await askResponses(body, streamed);
    const calls = answer.output.filter(({ type }) => type === 'function_call');
    if (!calls.length) return { text: answer.output_text, turns: step };
    assert.equal(calls.length, 2, 'the calls are parallel');
    const outputs = calls.map(outputOf);
    body = stored
      ? { input: outputs, previous_response_id: answer.id, store: true }
      : { input: [...body.input, ...answer.output.map(keep).filter(Boolean), ...outputs], store: false };
  }
  throw new Error('the loop does not end');
}

const onlyCall = ({ type, call_id: id, name, arguments: args }) =>
  type === 'function_call' ? { type, call_id: id, name, arguments: args } : null;

const responsesLoops = {
  'hands everything back': {},
  'streams and hands everything back': { streamed: true },
  'keeps only the calls': { keep: onlyCall },
  'names the answer before': { stored: true },
  'streams and names the answer before': { stored: true, streamed: true },
};

for (const [what, options] of Object.entries(responsesLoops)) {
  test(`a responses client that ${what} makes five tool turns`, async () => {
    const { text, turns } = await responsesLoop(options);
    assert.equal(text, kAnswer);
    assert.equal(turns, kSteps);
  });
}

async function askMessages(messages, streamed, thinking) {
  const tools = [{ name: kTool.name, description: kTool.description, input_schema: kTool.parameters }];
  const body = {
    model,
    max_tokens: 4000,
    messages,
    tools,
    ...(thinking && { thinking: { type: 'enabled', budget_tokens: 2000 } }),
  };
  return streamed ? anthropic.messages.stream(body).finalMessage() : anthropic.messages.create(body);
}

const onlyToolUse = (content) =>
  content.filter(({ type }) => type === 'tool_use').map(({ type, id, name, input }) => ({ type, id, name, input }));

async function messagesLoop({ streamed = false, thinking = true, keep = (content) => content }) {
  const messages = [{ role: 'user', content: kTask }];
  for (let step = 0; step <= kSteps; ++step) {
    const { content } = await askMessages(messages, streamed, thinking);
    const uses = content.filter(({ type }) => type === 'tool_use');
    if (!uses.length) return { text: content.map((block) => block.text ?? '').join(''), turns: step };
    assert.equal(uses.length, 2, 'the calls are parallel');
    const results = uses.map(({ id, input }) => ({ type: 'tool_result', tool_use_id: id, content: toolResult(input) }));
    messages.push({ role: 'assistant', content: keep(content) }, { role: 'user', content: results });
  }
  throw new Error('the loop does not end');
}

const messagesLoops = {
  'hands everything back': {},
  'streams and hands everything back': { streamed: true },
  'keeps only the calls': { keep: onlyToolUse },
  'does not think': { thinking: false, keep: onlyToolUse, streamed: true },
};

for (const [what, options] of Object.entries(messagesLoops)) {
  test(`a messages client that ${what} makes five tool turns`, async () => {
    const { text, turns } = await messagesLoop(options);
    assert.equal(text, kAnswer);
    assert.equal(turns, kSteps);
  });
}

test('Gemini refuses a step without its signature, or the loops above would show nothing', async () => {
  const script = agentScript();
  const contents = [{ role: 'user', parts: [{ text: kTask }] }];
  const tools = [{ functionDeclarations: [{ name: kTool.name, description: '' }] }];
  const ask = () => script({ method: 'generateContent', body: { contents, tools } });
  const { content } = ask().json.candidates[0];
  const calls = content.parts.filter((part) => part.functionCall);
  const parts = calls.map(({ functionCall: { name, args } }) => ({
    functionResponse: { name, response: JSON.parse(toolResult(args)) },
  }));
  contents.push({ role: 'model', parts: calls }, { role: 'user', parts });
  assert.equal(ask().status, undefined);
  delete calls[0].thoughtSignature;
  assert.equal(ask().status, 400);
});
