// An upstream in this process, for tests that decide each answer themselves: it keeps what reaches it and answers what
// `answer` says. Not a simulator: it knows nothing of keys, quotas or Gemini's rules.
import { createServer } from 'node:http';

async function bodyOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

// A model's turn as Gemini answers it.
export function turn(parts, { finishReason = 'STOP', usage = {} } = {}) {
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason }],
    usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18, ...usage },
    modelVersion: 'gemini-of-the-tests',
    responseId: 'response-of-the-tests',
  };
}

// The least that each of Gemini's methods answers when all is well.
export function minimalAnswer({ method, body }) {
  if (method === 'countTokens') return { json: { totalTokens: 5 } };
  if (method === 'embedContent') return { json: { embedding: { values: [0.25, -0.5, 1] } } };
  if (method === 'batchEmbedContents') {
    return { json: { embeddings: body.requests.map((_, index) => ({ values: [index, 0.25, -0.5] })) } };
  }
  const answer = turn([{ text: 'all is well' }]);
  return method === 'streamGenerateContent' ? { events: [answer] } : { json: answer };
}

export class Upstream {
  static async start(answer = minimalAnswer) {
    const upstream = new Upstream();
    upstream.answer = answer;
    upstream.requests = [];
    upstream.server = createServer((request, response) => upstream.#serve(request, response));
    await new Promise((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
    upstream.url = `http://127.0.0.1:${upstream.server.address().port}`;
    return upstream;
  }

  async #serve(request, response) {
    const text = await bodyOf(request);
    const target = new URL(request.url, this.url);
    const seen = {
      path: target.pathname,
      query: Object.fromEntries(target.searchParams),
      model: decodeURIComponent(target.pathname.match(/models\/([^:]+)/)?.[1] ?? ''),
      method: target.pathname.match(/:(\w+)$/)?.[1] ?? '',
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    this.requests.push(seen);
    const { status = 200, json, events, wire } = this.answer(seen);
    if (json !== undefined) {
      response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
      response.end(JSON.stringify(json));
      return;
    }
    response.writeHead(status, { 'content-type': 'text/event-stream' });
    response.end(wire ?? events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(''));
  }

  // What has come in since the last call.
  taken() {
    return this.requests.splice(0);
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
