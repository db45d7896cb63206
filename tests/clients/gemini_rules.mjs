// What Gemini demands of a request beyond its types; each rule is a 400 of its own there.
import { protocolFaults } from './gemini_protocol.mjs';

const kDataOfPart = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];
const kFunctionName = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;
const kMimeType = /^[\w.+-]+\/[\w.+-]+$/;

const named = (content, kind) => (content?.parts ?? []).flatMap((part) => (part[kind] ? [part[kind]] : []));

function partFaults(part, place) {
  const faults = [];
  const data = kDataOfPart.filter((name) => name in part);
  if (data.length !== 1) faults.push(`${place}: one of its data fields must be set, not ${data.length}`);
  // An empty text is what carries a signature home that came without text of its own.
  if (part.text === '' && !part.thoughtSignature) faults.push(`${place}: an empty text`);
  const media = part.inlineData ?? part.fileData;
  if (part.inlineData && !part.inlineData.data) faults.push(`${place}: no bytes`);
  if (part.fileData && !part.fileData.fileUri) faults.push(`${place}: no fileUri`);
  if (part.inlineData && !kMimeType.test(media.mimeType ?? '')) faults.push(`${place}: a mimeType is needed`);
  const call = part.functionCall ?? part.functionResponse;
  if (call && !kFunctionName.test(call.name ?? '')) faults.push(`${place}: a bad function name "${call.name}"`);
  if (part.functionResponse && !part.functionResponse.response) faults.push(`${place}: no response`);
  return faults;
}

// Neighbouring contents of one role are one turn.
function turnsOf(contents) {
  const turns = [];
  for (const { role, parts } of contents) {
    if (turns.at(-1)?.role === role) turns.at(-1).parts.push(...(parts ?? []));
    else turns.push({ role, parts: [...(parts ?? [])] });
  }
  return turns;
}

// Each turn of calls follows a user's turn and is answered, call for call, by the next one.
function callFaults(unmerged) {
  const contents = turnsOf(unmerged);
  const faults = [];
  contents.forEach((content, index) => {
    const place = `turn ${index}`;
    const calls = named(content, 'functionCall');
    const responses = named(content, 'functionResponse');
    if (calls.length && content.role !== 'model') faults.push(`${place}: a call by the user`);
    if (responses.length && content.role !== 'user') faults.push(`${place}: a function response by the model`);
    if (calls.length && contents[index - 1]?.role !== 'user') {
      faults.push(`${place}: a turn of calls must come immediately after a user turn or a function response turn`);
    }
    const before = named(contents[index - 1], 'functionCall');
    if (before.length !== responses.length) {
      faults.push(`${place}: ${responses.length} function responses to ${before.length} calls`);
    }
    const wanted = before
      .map((call) => call.name)
      .sort()
      .join();
    if (
      wanted !==
      responses
        .map((response) => response.name)
        .sort()
        .join()
    ) {
      faults.push(`${place}: the responses are not those of the calls (${wanted})`);
    }
    for (const { id } of responses) {
      if (id && !before.some((call) => call.id === id)) faults.push(`${place}: no call has the id ${id}`);
    }
  });
  if (named(contents.at(-1), 'functionCall').length) faults.push('the last turn of calls is not answered');
  return faults;
}

function contentFaults(contents) {
  if (!contents?.length) return ['contents: must not be empty'];
  const faults = [];
  contents.forEach(({ role, parts }, index) => {
    if (role !== 'user' && role !== 'model') faults.push(`contents[${index}].role: "${role}"`);
    if (!parts?.length) faults.push(`contents[${index}].parts: must not be empty`);
    parts?.forEach((part, at) => faults.push(...partFaults(part, `contents[${index}].parts[${at}]`)));
  });
  return [...faults, ...callFaults(contents)];
}

function toolFaults({ tools = [], toolConfig }) {
  const faults = [];
  const declared = tools.flatMap((tool) => tool.functionDeclarations ?? []);
  const names = declared.map((declaration) => declaration.name);
  for (const declaration of declared) {
    if (!kFunctionName.test(declaration.name ?? '')) faults.push(`tools: a bad function name "${declaration.name}"`);
    if (declaration.parameters && declaration.parametersJsonSchema) {
      faults.push(`tools: ${declaration.name} has parameters and parametersJsonSchema`);
    }
  }
  if (new Set(names).size !== names.length) faults.push('tools: a function is declared twice');
  tools.forEach((tool, index) => {
    if (!Object.keys(tool).length) faults.push(`tools[${index}]: is no tool`);
  });
  const { mode, allowedFunctionNames } = toolConfig?.functionCallingConfig ?? {};
  if (allowedFunctionNames && mode !== 'ANY' && mode !== 'VALIDATED') {
    faults.push(`toolConfig: allowedFunctionNames with the mode ${mode}`);
  }
  for (const name of allowedFunctionNames ?? []) {
    if (!names.includes(name)) faults.push(`toolConfig: ${name} is allowed but not declared`);
  }
  if (mode === 'ANY' && !names.length) faults.push('toolConfig: a call is demanded but no function declared');
  return faults;
}

function configFaults(config = {}) {
  const faults = [];
  const within = (name, low, high) => {
    if (config[name] !== undefined && (config[name] < low || config[name] > high)) {
      faults.push(`generationConfig.${name}: ${config[name]} is out of range`);
    }
  };
  within('temperature', 0, 2);
  within('topP', 0, 1);
  within('candidateCount', 1, 8);
  within('maxOutputTokens', 1, 2 ** 31);
  within('logprobs', 0, 20);
  if (config.logprobs !== undefined && !config.responseLogprobs) faults.push('generationConfig: logprobs alone');
  if ((config.stopSequences ?? []).length > 5) faults.push('generationConfig: more than five stopSequences');
  if ((config.stopSequences ?? []).includes('')) faults.push('generationConfig: an empty stop sequence');
  const schemas = ['responseSchema', 'responseJsonSchema'].filter((name) => name in config);
  if (schemas.length > 1) faults.push('generationConfig: two schemas');
  if (schemas.length && !/^(application\/json|text\/x\.enum)$/.test(config.responseMimeType ?? '')) {
    faults.push('generationConfig: a schema without responseMimeType application/json');
  }
  const { thinkingBudget, thinkingLevel } = config.thinkingConfig ?? {};
  if (thinkingBudget !== undefined && thinkingLevel !== undefined) faults.push('thinkingConfig: budget and level');
  return faults;
}

function generateFaults(body) {
  const system = body.systemInstruction;
  const systemParts = system ? (system.parts ?? []) : undefined;
  const faults = [];
  if (systemParts && !systemParts.length) faults.push('systemInstruction: has no parts');
  systemParts?.forEach((part, at) => faults.push(...partFaults(part, `systemInstruction.parts[${at}]`)));
  return [...faults, ...contentFaults(body.contents), ...toolFaults(body), ...configFaults(body.generationConfig)];
}

function embedFaults({ requests }) {
  const faults = requests?.length ? [] : ['requests: must not be empty'];
  for (const { model, content } of requests ?? []) {
    if (!/^models\//.test(model ?? '')) faults.push('requests: each names its model as models/…');
    if (!content?.parts?.length) faults.push('requests: each has a content with parts');
  }
  return faults;
}

function countFaults({ contents, generateContentRequest: inner, ...rest }) {
  if (!inner) return generateFaults({ contents, ...rest });
  const faults = generateFaults(inner);
  if (contents) faults.push('contents and generateContentRequest exclude each other');
  if (!/^models\//.test(inner.model ?? '')) faults.push('generateContentRequest.model: models/… is needed');
  return faults;
}

// What each method takes, and its rules; no translation calls another one.
const kMethods = {
  generateContent: ['GenerateContentRequest', generateFaults],
  streamGenerateContent: ['GenerateContentRequest', generateFaults],
  countTokens: ['CountTokensRequest', countFaults],
  batchEmbedContents: ['BatchEmbedContentsRequest', embedFaults],
};

// Everything that Gemini would find wrong with a request to that method, as texts.
export function requestFaults(method, body) {
  if (!kMethods[method]) return [`a method that no translation calls: ${method}`];
  const [type, rules] = kMethods[method];
  const faults = protocolFaults(type, body);
  // The rules read what has the right types.
  return faults.length ? faults : rules(body);
}
