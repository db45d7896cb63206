// Google's published protocol (google.ai.generativelanguage.v1beta) as a strict reader of JSON: what it complains of,
// the API answers with 400 ("Unknown name", "Invalid value", "Starting an object on a scalar field").
import { createRequire } from 'node:module';

const published = createRequire(import.meta.url)('@google-ai/generativelanguage/build/protos/protos.json');
const root = published.nested.google;
const kPackage = root.nested.ai.nested.generativelanguage.nested.v1beta;

// What Google documents for this API and its own clients send, but the published package does not know yet. Each row
// adds fields to a message, values to an enum, or the message itself.
const kNewer = {
  GenerateContentRequest: {
    fields: { serviceTier: { type: 'ServiceTier' }, store: { type: 'bool' } },
    nested: { ServiceTier: { values: { unspecified: 0, standard: 1, flex: 2, priority: 3 } } },
  },
  ThinkingConfig: {
    fields: { thinkingLevel: { type: 'ThinkingLevel' } },
    nested: {
      ThinkingLevel: { values: { THINKING_LEVEL_UNSPECIFIED: 0, LOW: 1, MEDIUM: 2, HIGH: 3, MINIMAL: 4 } },
    },
  },
  Part: {
    fields: {
      mediaResolution: { type: 'PartMediaResolution' },
      toolCall: { type: 'ToolCall' },
      toolResponse: { type: 'ToolResponse' },
    },
    oneofs: { data: ['toolCall', 'toolResponse'] },
  },
  PartMediaResolution: {
    fields: { level: { type: 'Level' } },
    nested: {
      Level: {
        values: {
          MEDIA_RESOLUTION_UNSPECIFIED: 0,
          MEDIA_RESOLUTION_LOW: 1,
          MEDIA_RESOLUTION_MEDIUM: 2,
          MEDIA_RESOLUTION_HIGH: 3,
          MEDIA_RESOLUTION_ULTRA_HIGH: 4,
        },
      },
    },
  },
  ToolCall: {
    fields: { id: { type: 'string' }, toolType: { type: 'ToolType' }, args: { type: 'google.protobuf.Struct' } },
  },
  ToolResponse: {
    fields: { id: { type: 'string' }, toolType: { type: 'ToolType' }, response: { type: 'google.protobuf.Struct' } },
  },
  ToolType: {
    values: {
      TOOL_TYPE_UNSPECIFIED: 0,
      GOOGLE_SEARCH_WEB: 1,
      GOOGLE_SEARCH_IMAGE: 2,
      URL_CONTEXT: 3,
      GOOGLE_MAPS: 4,
      FILE_SEARCH: 5,
    },
  },
  ToolConfig: { fields: { includeServerSideToolInvocations: { type: 'bool' } } },
  ExecutableCode: { fields: { id: { type: 'string' } } },
  CodeExecutionResult: { fields: { id: { type: 'string' } } },
  FunctionResponsePart: { fields: { fileData: { type: 'FileData' } }, oneofs: { data: ['fileData'] } },
  FileSearch: {
    fields: {
      fileSearchStoreNames: { type: 'string', rule: 'repeated' },
      metadataFilter: { type: 'string' },
      topK: { type: 'int32' },
    },
  },
  ImageConfig: { fields: { imageSize: { type: 'string' } } },
};

function merged(message, newer) {
  const oneofs = structuredClone(message.oneofs ?? {});
  for (const [name, members] of Object.entries(newer.oneofs ?? {})) oneofs[name].oneof.push(...members);
  return {
    ...message,
    ...newer,
    fields: { ...message.fields, ...newer.fields },
    nested: { ...message.nested, ...newer.nested },
    oneofs,
  };
}

const kMessages = { ...kPackage.nested };
for (const [name, newer] of Object.entries(kNewer)) {
  kMessages[name] = newer.values ? newer : merged(kMessages[name] ?? {}, newer);
}

const kInt32 = 2 ** 31;
const isWhole = (value) => typeof value === 'number' && Number.isInteger(value);
const isBase64 = (text) => /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const kScalars = {
  string: (value) => typeof value === 'string' && value.isWellFormed?.() !== false,
  bytes: (value) => typeof value === 'string' && isBase64(value),
  bool: (value) => typeof value === 'boolean',
  float: (value) => typeof value === 'number' && Number.isFinite(value),
  double: (value) => typeof value === 'number' && Number.isFinite(value),
  int32: (value) => isWhole(value) && value >= -kInt32 && value < kInt32,
  int64: (value) => isWhole(value) || (typeof value === 'string' && /^-?\d+$/.test(value)),
  'google.protobuf.Struct': isObject,
  'google.protobuf.Value': () => true,
  'google.protobuf.ListValue': Array.isArray,
  'google.protobuf.Duration': (value) => typeof value === 'string' && /^-?\d+(\.\d{1,9})?s$/.test(value),
  'google.protobuf.Timestamp': (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

// The definition behind a type's name as seen from inside the messages `scopes`, innermost last.
function resolve(type, scopes) {
  for (const scope of [...scopes].reverse()) {
    if (scope.nested?.[type]) return scope.nested[type];
  }
  if (kMessages[type]) return kMessages[type];
  const path = type.replace(/^google\./, '').split('.');
  const found = path.reduce((place, name) => place?.nested?.[name], root) ?? kMessages[path.at(-1)];
  if (!found) throw new Error(`the protocol names a type that it does not have: ${type}`);
  return found;
}

function checkValue(type, value, path, scopes, faults) {
  if (kScalars[type]) {
    if (!kScalars[type](value)) faults.push(`${path}: no ${type}: ${JSON.stringify(value)?.slice(0, 80)}`);
    return;
  }
  const definition = resolve(type, scopes);
  if (definition.values) {
    if (!Object.hasOwn(definition.values, value)) faults.push(`${path}: ${type} has no ${JSON.stringify(value)}`);
    return;
  }
  if (isObject(value)) checkMessage(definition, value, path, [...scopes, definition], faults);
  else faults.push(`${path}: no ${type}: ${JSON.stringify(value)?.slice(0, 80)}`);
}

function checkField(field, value, path, scopes, faults) {
  if (field.keyType) {
    if (!isObject(value)) faults.push(`${path}: no map`);
    else
      for (const [key, item] of Object.entries(value)) checkValue(field.type, item, `${path}.${key}`, scopes, faults);
  } else if (field.rule === 'repeated') {
    if (!Array.isArray(value)) faults.push(`${path}: no list`);
    else value.forEach((item, index) => checkValue(field.type, item, `${path}[${index}]`, scopes, faults));
  } else {
    checkValue(field.type, value, path, scopes, faults);
  }
}

function checkMessage(message, value, path, scopes, faults) {
  const byName = new Map();
  for (const [name, field] of Object.entries(message.fields ?? {})) {
    byName.set(field.options?.json_name ?? name, field);
  }
  for (const [name, item] of Object.entries(value)) {
    const field = byName.get(name);
    const place = path ? `${path}.${name}` : name;
    if (!field) faults.push(`${place}: unknown name`);
    else if (item === null && field.type !== 'google.protobuf.Value') faults.push(`${place}: null`);
    else checkField(field, item, place, scopes, faults);
  }
  for (const [name, { oneof }] of Object.entries(message.oneofs ?? {})) {
    const given = oneof.filter((member) => member in value);
    if (given.length > 1) faults.push(`${path}: ${given.join(' and ')} exclude each other (${name})`);
  }
}

// What Google's reader would complain of in a message of that type ("GenerateContentRequest"), as texts.
export function protocolFaults(type, value) {
  const faults = [];
  checkValue(type, value, '', [], faults);
  return faults;
}
