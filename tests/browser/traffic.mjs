// Traffic for a stand: keys of several kinds and requests that end in different ways, as the simulator answers by
// the key's text.
import { kClientToken } from './stand.mjs';

const kModel = 'gemini-2.5-flash';

export async function addKey(stand, key) {
  return stand.api('/api/manage/keys/add', { method: 'POST', body: JSON.stringify(key) });
}

// One request of a client; resolves with its status and id when its answer has ended.
export async function ask(stand, { model = kModel, behaviour, stream = false, openai = false, token = kClientToken } = {}) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  if (behaviour) headers['x-goog-sim'] = behaviour;
  const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const path = openai ? '/v1/chat/completions' : `/v1beta/models/${model}:${method}`;
  const body = openai
    ? { model, messages: [{ role: 'user', content: 'hello' }] }
    : { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };
  const answer = await fetch(stand.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await answer.arrayBuffer();
  return { status: answer.status, id: answer.headers.get('x-request-id') };
}

export async function ask_many(stand, count, options) {
  const all = [];
  for (let i = 0; i < count; ++i) all.push(await ask(stand, options));
  return all;
}
