// What a client of any dialect has to find in an answer that Gemini gave, read from the answer itself.

const kFilterReasons = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MODEL_ARMOR',
  'IMAGE_SAFETY',
]);

function joined(parts, wanted) {
  return parts
    .filter((part) => typeof part.text === 'string' && Boolean(part.thought) === wanted)
    .map((part) => part.text)
    .join('');
}

// `events` are the whole answer or a stream's pieces.
export function expectationOf(events) {
  const candidates = events.flatMap((event) => event.candidates ?? []);
  const parts = candidates.flatMap((candidate) => candidate.content?.parts ?? []);
  const usage =
    events
      .map((event) => event.usageMetadata)
      .filter(Boolean)
      .at(-1) ?? {};
  const reason = candidates
    .map((candidate) => candidate.finishReason)
    .filter(Boolean)
    .at(-1);
  const block = events.map((event) => event.promptFeedback?.blockReason).find(Boolean);
  return {
    text: joined(parts, false),
    thoughts: joined(parts, true),
    calls: parts.flatMap(({ functionCall }) =>
      functionCall ? [{ name: functionCall.name, args: functionCall.args ?? {} }] : [],
    ),
    // Code that Gemini ran stands in the text of some dialects and beside it in others.
    ranCode: parts.some((part) => part.executableCode || part.codeExecutionResult),
    reason,
    filtered: Boolean(block) || kFilterReasons.has(reason),
    cutOff: reason === 'MAX_TOKENS',
    prompt: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
    cached: usage.cachedContentTokenCount ?? 0,
    thinking: usage.thoughtsTokenCount ?? 0,
    completion: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    total: usage.totalTokenCount ?? 0,
  };
}

// Whether `text` is what the reader should see of the answer.
export function expectText(assert, text, expected, what) {
  if (expected.filtered && !expected.text) return;
  if (expected.ranCode) {
    let from = 0;
    for (const piece of expected.text.split('\n').filter(Boolean)) {
      const place = text.indexOf(piece, from);
      assert.ok(place >= 0, `${what}: lost ${JSON.stringify(piece)}`);
      from = place + piece.length;
    }
  } else {
    assert.equal(text, expected.text, `${what}: its text`);
  }
}

// `calls` as [{ id, name, args: object }].
export function expectCalls(assert, calls, expected, what) {
  assert.deepEqual(
    calls.map(({ name, args }) => ({ name, args })),
    expected.calls,
    `${what}: its calls`,
  );
  assert.ok(
    calls.every(({ id }) => id),
    `${what}: a call without an id`,
  );
  assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length, `${what}: ids that are not unique`);
}

export function expectUsage(assert, { prompt, completion, total, cached, thinking }, expected, what) {
  const { prompt: wanted } = expected;
  assert.deepEqual(
    { prompt, completion, total, cached, thinking },
    {
      prompt: wanted,
      completion: expected.completion,
      total: expected.total,
      cached: expected.cached,
      thinking: expected.thinking,
    },
    `${what}: its usage`,
  );
  assert.equal(total, prompt + completion, `${what}: usage that does not add up`);
}
