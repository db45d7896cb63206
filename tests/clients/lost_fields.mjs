// Whether what a request of another dialect says has arrived in the Gemini request made of it: an eye of its own on
// what the translation may have dropped without a word.

// Everything that people or programs wrote as text.
function textsOf(value, name) {
  const spoken = ['text', 'content', 'instructions', 'input', 'system'];
  if (typeof value === 'string') return spoken.includes(name) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, key));
}

// Signatures and pages sealed by another maker are nothing for Gemini.
const kSealed = new Set(['signature', 'encrypted_content', 'encrypted_index', 'encrypted_stdout']);

function leavesOf(value) {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => (kSealed.has(name) ? [] : leavesOf(item)));
}

// What a tool has said as JSON may have become a value of the request.
function stands(text, all, json) {
  if (all.includes(text.trim())) return true;
  try {
    return json.includes(JSON.stringify(JSON.parse(text)));
  } catch {
    return false;
  }
}

const kSpoken = ['messages', 'input', 'instructions', 'system'];

function lostTexts(body, leaves, json) {
  const all = leaves.join('\n');
  const texts = kSpoken.flatMap((name) => textsOf(body[name], name));
  return texts.filter((text) => text.trim() && !stands(text, all, json)).map((text) => text.slice(0, 80));
}

// Images, sounds and documents that were sent as bytes, with or without "data:…;base64," before them.
function lostMedia(body, leaves) {
  const sent = new Set(leaves);
  const given = leavesOf(kSpoken.map((name) => body[name])).map((leaf) => leaf.replace(/^data:[^,]*;base64,/, ''));
  const media = given.filter((leaf) => leaf.length > 400 && /^[A-Za-z0-9+/]+=*$/.test(leaf));
  return media.filter((data) => !sent.has(data)).map((data) => `bytes ${data.slice(0, 20)}…`);
}

// The functions that the client runs itself, those of a namespace among them.
function functionsOf(tools = []) {
  return tools.flatMap((tool) => {
    if (tool.tools) return functionsOf(tool.tools);
    const name = tool.function?.name ?? tool.name;
    const isFunction = tool.type === undefined || ['function', 'custom'].includes(tool.type);
    return isFunction && name ? [name] : [];
  });
}

function lostTools(body, sent) {
  const declared = (sent.tools ?? []).flatMap((tool) => (tool.functionDeclarations ?? []).map(({ name }) => name));
  return functionsOf(body.tools).filter((name) => !declared.includes(name));
}

function lostHostedTools(body, sent) {
  const asked = (pattern) => (body.tools ?? []).some(({ type }) => pattern.test(type ?? ''));
  const has = (name) => (sent.tools ?? []).some((tool) => name in tool);
  const wanted = {
    googleSearch: Boolean(body.web_search_options) || asked(/^web_search/),
    codeExecution: asked(/^code_(interpreter|execution)/),
    urlContext: asked(/^web_fetch/),
  };
  return Object.keys(wanted).filter((name) => wanted[name] && !has(name));
}

function lostOptions(body, { generationConfig: config = {}, toolConfig }) {
  const lost = [];
  const expect = (what, given, arrived) => {
    if (given !== undefined && given !== null && given !== arrived) lost.push(`${what}: ${given} is ${arrived}`);
  };
  expect('max tokens', body.max_completion_tokens ?? body.max_output_tokens ?? body.max_tokens, config.maxOutputTokens);
  for (const [name, there] of [
    ['temperature', 'temperature'],
    ['top_p', 'topP'],
    ['seed', 'seed'],
    ['top_k', 'topK'],
  ]) {
    expect(name, body[name], config[there]);
  }
  expect('stops', body.stop_sequences?.join(), config.stopSequences?.join());
  const format = body.response_format ?? body.text?.format ?? body.output_config?.format;
  if (/^json/.test(format?.type ?? '')) expect('the format', 'application/json', config.responseMimeType);
  const choice = body.tool_choice?.type ?? body.tool_choice;
  const { mode } = toolConfig?.functionCallingConfig ?? {};
  if (['required', 'any', 'function', 'tool'].includes(choice)) expect('tool_choice', 'ANY', mode);
  if (choice === 'none' && body.tools?.length) expect('tool_choice', 'NONE', sentNothing(toolConfig) ? 'NONE' : mode);
  return lost;
}

// Without tools there is nothing to choose either.
const sentNothing = (toolConfig) => toolConfig === undefined;

// What has got lost of `body`, by name. `sent` is a generateContent request.
export function lostOf(body, sent) {
  const leaves = leavesOf(sent);
  return [
    ...lostTexts(body, leaves, JSON.stringify(sent)),
    ...lostMedia(body, leaves),
    ...lostTools(body, sent),
    ...lostHostedTools(body, sent),
    ...lostOptions(body, sent),
  ].map((what) => `lost: ${what}`);
}
