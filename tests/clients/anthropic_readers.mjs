// How `@anthropic-ai/sdk`, unmodified, reads an answer.
import Anthropic from '@anthropic-ai/sdk';

// Thoughts are told to those alone who ask for them.
const kBody = { max_tokens: 1000, thinking: { type: 'adaptive' }, messages: [{ role: 'user', content: 'what was recorded?' }] };

export function anthropicClient(url, token) {
  return new Anthropic({ apiKey: token, baseURL: url, maxRetries: 0 });
}

function messageFound({ content, stop_reason: reason, usage }) {
  const blocks = (type) => content.filter((block) => block.type === type);
  const cached = usage.cache_read_input_tokens ?? 0;
  const prompt = usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0);
  return {
    text: blocks('text')
      .map(({ text }) => text)
      .join(''),
    thoughts: blocks('thinking')
      .map(({ thinking }) => thinking)
      .join(''),
    calls: blocks('tool_use').map(({ id, name, input }) => ({ id, name, args: input })),
    reason,
    // Anthropic counts neither a total nor what was thought.
    usage: { prompt, completion: usage.output_tokens, total: prompt + usage.output_tokens, cached },
  };
}

// The order of a stream's events as Anthropic documents it; the package itself is more patient.
function checkOrder(names) {
  const text = names.filter((name) => name !== 'ping').join(' ');
  const block = '(content_block_start( content_block_delta)* content_block_stop )*';
  if (!new RegExp(`^message_start ${block}message_delta message_stop$`).test(text))
    throw new Error(`events out of order: ${text}`);
}

async function messageStreamed(client, model) {
  const names = [];
  const stream = client.messages.stream({ ...kBody, model });
  stream.on('streamEvent', ({ type }) => names.push(type));
  const message = await stream.finalMessage();
  checkOrder(names);
  return messageFound(message);
}

export const messagesReader = {
  name: '@anthropic-ai/sdk',
  reasonOf: ({ filtered, cutOff, calls }) =>
    filtered ? 'refusal' : cutOff ? 'max_tokens' : calls.length ? 'tool_use' : 'end_turn',
  errors: { base: Anthropic.APIError, 404: Anthropic.NotFoundError, 400: Anthropic.BadRequestError },
  open: (url, token) => {
    const client = anthropicClient(url, token);
    return {
      whole: async (model) => messageFound(await client.messages.create({ ...kBody, model })),
      streamed: (model) => messageStreamed(client, model),
    };
  },
};
