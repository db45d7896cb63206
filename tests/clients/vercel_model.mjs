// The interface that Vercel's providers share, as far as the tests use it.

export const kPrompt = [{ role: 'user', content: [{ type: 'text', text: 'what was recorded?' }] }];

const textsOf = (content, type) =>
  content
    .filter((part) => part.type === type)
    .map((part) => part.text)
    .join('');

export function contentOfWhole(content) {
  const calls = content.filter((part) => part.type === 'tool-call' && !part.providerExecuted);
  return {
    text: textsOf(content, 'text'),
    thoughts: textsOf(content, 'reasoning'),
    calls: calls.map((call) => ({ id: call.toolCallId, name: call.toolName, args: JSON.parse(call.input) })),
  };
}

// The stream as the whole answer would have been; an error in it is thrown.
export async function contentOfStream({ stream }) {
  const content = [];
  let finish;
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') content.push({ type: 'text', text: part.delta });
    if (part.type === 'reasoning-delta') content.push({ type: 'reasoning', text: part.delta });
    if (part.type === 'tool-call') content.push(part);
    if (part.type === 'finish') finish = part;
  }
  if (!finish) throw new Error('the stream ended without its finish');
  return { content, finishReason: finish.finishReason, usage: finish.usage };
}

export const usageOfModel = ({ inputTokens, outputTokens }, total) => ({
  prompt: inputTokens.total,
  completion: outputTokens.total,
  total,
  cached: inputTokens.cacheRead ?? 0,
  thinking: outputTokens.reasoning ?? 0,
});
