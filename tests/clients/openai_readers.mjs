// How `openai` and `@ai-sdk/openai-compatible`, unmodified, read an answer: each reader gives what it found, by the
// names of expectations.mjs.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError } from '@ai-sdk/provider';
import OpenAI from 'openai';
import { contentOfStream, contentOfWhole, kPrompt, usageOfModel } from './vercel_model.mjs';

const kMessages = [{ role: 'user', content: 'what was recorded?' }];

export function openaiClient(url, token) {
  return new OpenAI({ apiKey: token, baseURL: url + '/v1', maxRetries: 0 });
}

const callOf = ({ id, function: { name, arguments: args } }) => ({ id, name, args: JSON.parse(args) });

const chatUsage = (usage) => ({
  prompt: usage.prompt_tokens,
  completion: usage.completion_tokens,
  total: usage.total_tokens,
  cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
  thinking: usage.completion_tokens_details?.reasoning_tokens ?? 0,
});

const chatReason = ({ filtered, cutOff, calls }) =>
  filtered ? 'content_filter' : cutOff ? 'length' : calls.length ? 'tool_calls' : 'stop';

function chatFound({ choices: [{ message, finish_reason: reason }], usage }) {
  return {
    text: message.content ?? '',
    thoughts: message.reasoning_content ?? '',
    calls: (message.tool_calls ?? []).map(callOf),
    reason,
    usage: chatUsage(usage),
  };
}

// The chunks of a stream put together by the package itself, which also checks their order.
async function chatStreamed(client, model) {
  const stream = client.chat.completions.stream({
    model,
    messages: kMessages,
    stream_options: { include_usage: true },
  });
  let thoughts = '';
  let roles = 0;
  let counted;
  stream.on('chunk', ({ choices: [choice], usage }) => {
    counted = usage ?? counted;
    thoughts += choice?.delta.reasoning_content ?? '';
    if (choice?.delta.role) ++roles;
  });
  const { choices } = await stream.finalChatCompletion();
  const found = chatFound({ choices, usage: counted });
  if (roles !== 1) throw new Error(`the role is said ${roles} times`);
  return { ...found, thoughts };
}

export const chatReader = {
  name: 'openai, chat completions',
  reasonOf: chatReason,
  errors: { base: OpenAI.APIError, 404: OpenAI.NotFoundError, 400: OpenAI.BadRequestError },
  open: (url, token) => {
    const client = openaiClient(url, token);
    return {
      whole: async (model) => chatFound(await client.chat.completions.create({ model, messages: kMessages })),
      streamed: (model) => chatStreamed(client, model),
    };
  },
};

function responseFound(response) {
  const items = response.output;
  const usage = response.usage;
  const summaries = items.filter(({ type }) => type === 'reasoning').flatMap(({ summary }) => summary);
  const calls = items.filter(({ type }) => type === 'function_call');
  return {
    text: items
      .filter(({ type }) => type === 'message')
      .flatMap(({ content }) => content)
      .map((part) => part.text ?? '')
      .join(''),
    thoughts: summaries.map(({ text }) => text).join(''),
    calls: calls.map((call) => ({ id: call.call_id, name: call.name, args: JSON.parse(call.arguments) })),
    reason: response.incomplete_details?.reason ?? response.status,
    usage: {
      prompt: usage.input_tokens,
      completion: usage.output_tokens,
      total: usage.total_tokens,
      cached: usage.input_tokens_details.cached_tokens,
      thinking: usage.output_tokens_details.reasoning_tokens,
    },
  };
}

async function responseStreamed(client, model) {
  const stream = client.responses.stream({ model, input: 'what was recorded?' });
  let last = -1;
  let text = '';
  stream.on('event', (event) => {
    if (event.sequence_number !== last + 1) throw new Error(`event ${event.sequence_number} after ${last}`);
    last = event.sequence_number;
    if (event.type === 'response.output_text.delta') text += event.delta;
  });
  const found = responseFound(await stream.finalResponse());
  if (text !== found.text) throw new Error('the deltas are not the text');
  return found;
}

export const responsesReader = {
  name: 'openai, responses',
  reasonOf: ({ filtered, cutOff }) => (filtered ? 'content_filter' : cutOff ? 'max_output_tokens' : 'completed'),
  errors: chatReader.errors,
  open: (url, token) => {
    const client = openaiClient(url, token);
    return {
      whole: async (model) => responseFound(await client.responses.create({ model, input: 'what was recorded?' })),
      streamed: (model) => responseStreamed(client, model),
    };
  },
};

export const compatibleReader = {
  name: '@ai-sdk/openai-compatible',
  reasonOf: (expected) => chatReason(expected).replace('_', '-'),
  errors: { base: APICallError },
  open: (url, token) => {
    const provider = createOpenAICompatible({
      name: 'geminate',
      apiKey: token,
      baseURL: url + '/v1',
      includeUsage: true,
    });
    const found = ({ content, finishReason, usage }) => ({
      ...contentOfWhole(content),
      reason: finishReason.unified,
      usage: usageOfModel(usage, usage.raw.total_tokens),
    });
    return {
      whole: async (model) => found(await provider.chatModel(model).doGenerate({ prompt: kPrompt })),
      streamed: async (model) =>
        found(await contentOfStream(await provider.chatModel(model).doStream({ prompt: kPrompt }))),
    };
  },
};
