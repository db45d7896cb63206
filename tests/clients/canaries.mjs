// Secrets of every kind are planted, then everything is read that somebody but their owner may see: answers of every
// surface, errors that upstream filled with what it was sent, the log in both forms at its most talkative, metrics,
// every list and history, the files of the data folder, and what the system knows of the process. Nothing of them may
// be there: not raw, not in URLs' spelling, not in base64 wherever it begins, not eight characters in a row.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { notePromise } from '../support/promise.mjs';
import { ServerWithLog } from './server_with_log.mjs';
import { Upstream } from './upstream.mjs';

const kWindow = 8;
const kWindowOfBase64 = 12;
const kModel = '/v1beta/models/gemini-2.5-flash';
const kHello = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
const kChat = JSON.stringify({ model: 'gemini-2.5-flash', messages: [{ role: 'user', content: 'Hello' }] });
const kJson = { 'content-type': 'application/json' };

const random = (length) => randomBytes(length * 2).toString('base64url').slice(0, length);

// The digits that `text` alone decides with `before` bytes in front of it.
function base64Core(text, before, encoding) {
  const digits = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString(encoding);
  return digits.slice(Math.ceil((before * 8) / 6), Math.floor(((before + Buffer.byteLength(text)) * 8) / 6));
}

function windows(text, width) {
  return Array.from({ length: Math.max(0, text.length - width + 1) }, (_, at) => text.slice(at, at + width));
}

class Hay {
  constructor() {
    this.texts = [];
  }
  add(where, text) {
    this.texts.push([where, typeof text === 'string' ? text : text.toString('latin1')]);
  }
  get bytes() {
    return this.texts.reduce((sum, [, text]) => sum + text.length, 0);
  }
  // [where, whose] of all that was found.
  search(canaries) {
    const needles = { [kWindow]: new Map(), [kWindowOfBase64]: new Map() };
    const whole = [];
    for (const [name, secret] of canaries) {
      for (const part of windows(secret, kWindow)) needles[kWindow].set(part, name);
      for (const encoding of ['base64', 'base64url']) {
        for (const before of [0, 1, 2]) {
          for (const part of windows(base64Core(secret, before, encoding), kWindowOfBase64)) needles[kWindowOfBase64].set(part, name);
        }
      }
      const hex = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      whole.push([encodeURIComponent(secret), name], [hex, name], [hex.toUpperCase(), name], [Buffer.from(secret).toString('hex'), name]);
    }
    const found = new Map();
    for (const [where, text] of this.texts) {
      for (const [width, parts] of Object.entries(needles)) {
        for (let at = 0; at + Number(width) <= text.length; ++at) {
          const name = parts.get(text.substr(at, Number(width)));
          if (name) found.set(`${where} holds a part of ${name}`, text.slice(Math.max(0, at - 60), at + 60));
        }
      }
      for (const [spelling, name] of whole) if (text.includes(spelling)) found.set(`${where} holds ${name}`, 'in another spelling');
    }
    return [...found];
  }
}

// An upstream that quotes the key it was sent, in all the ways that come to mind.
function quoting() {
  const ways = [
    (key) => key,
    (key) => encodeURIComponent(key),
    (key) => [...Buffer.from(key)].map((byte) => `%${byte.toString(16)}`).join(''),
    (key) => Buffer.from(key).toString('base64'),
    (key) => Buffer.from(`x-goog-api-key: ${key}\r\n`).toString('base64'),
    (key) => Buffer.from(` ${key}`).toString('base64url'),
    (key) => `${key.slice(0, 20)}...`,
    (key) => `...${key.slice(-16)}`,
  ];
  // First what blames the request, so that the keys stay in use.
  const harmless = [400, 404];
  const others = [400, 403, 429, 500, 503];
  let turn = 0;
  return ({ headers, method }) => {
    const key = headers['x-goog-api-key'] ?? headers.authorization?.slice(7) ?? '';
    const quoted = ways[turn++ % ways.length](key);
    const error = { error: { code: 0, status: 'INVALID_ARGUMENT', message: `API key ${quoted} is not good: ?key=${quoted}`, details: [{ reason: 'SOME_REASON', domain: quoted }] } };
    if (method === 'streamGenerateContent' && turn % 2) return { events: [error] };
    const statuses = turn < 100 ? harmless : others;
    const status = statuses[turn % statuses.length];
    error.error.code = status;
    return turn % 5 === 0 ? { status, wire: `<html><title>Error</title>${quoted}</html>` } : { status, json: error };
  };
}

// Memory mode makes no folder.
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

for (const [mode, format] of [['memory', 'text'], ['database', 'json']]) {
  test(`leak nowhere in ${mode} mode, with a log of ${format}`, async () => {
    const upstream = await Upstream.start(quoting());
    const folder = mkdtempSync(join(tmpdir(), 'geminate-canaries-'));
    const canaries = new Map([
      ['a key of the environment', `AIza${random(35)}`],
      ['a key of another form', random(40)],
      ['an added key', `AQ.${random(50)}`],
      ['the admin secret', `${random(24)}+/=${random(12)}`],
      ['a client token', random(32)],
      ['the wrong password', random(30)],
      ['the key of the keys', randomBytes(32).toString('base64')],
      ['the password of a proxy', random(24)],
      ['the password of an account', random(24)],
      ['the prompt', random(40)],
      ['the query', random(40)],
    ]);
    const secret = (name) => canaries.get(name);
    const server = await ServerWithLog.start(folder, {
      KEY_STORAGE_MODE: mode,
      GEMINI_API_KEYS: `${secret('a key of the environment')},${secret('a key of another form')}`,
      ADMIN_API_KEY: secret('the admin secret'),
      CLIENT_TOKENS: secret('a client token'),
      KEY_ENCRYPTION_KEY: secret('the key of the keys'),
      GEMINI_BASE_URL: upstream.url,
      // Nobody listens there: what goes wrong with it is told.
      UPSTREAM_PROXY: `project:behind-the-proxy=http://somebody:${secret('the password of a proxy')}@127.0.0.1:1`,
      LOG_LEVEL: 'trace',
      LOG_FORMAT: format,
    });
    const hay = new Hay();
    // `shown`: the answer is its owner's, who has to see the secret.
    const ask = async (method, path, headers = {}, body, shown = false) => {
      const answer = await fetch(server.url + path, { method, headers, body });
      const text = await answer.text();
      if (!shown) hay.add(`${method} ${path.slice(0, 60)}`, [...answer.headers].flat().join('\n') + text);
      return { status: answer.status, text, headers: answer.headers };
    };
    const admin = { ...kJson, authorization: `Bearer ${secret('the admin secret')}` };
    try {
      const login = await ask('POST', '/api/login', kJson, JSON.stringify({ password: secret('the admin secret') }), true);
      assert.equal(login.status, 200);
      canaries.set('a session', /=([^;]+)/.exec(login.headers.get('set-cookie'))[1]);
      const cookie = { ...kJson, cookie: login.headers.get('set-cookie').split(';')[0] };
      for (const key of ['an added key', 'a key of another form', 'an added key']) {
        await ask('POST', '/api/manage/keys/add', cookie, JSON.stringify({ key_string: secret(key) }));
      }
      await ask('POST', '/api/manage/keys/import', cookie, JSON.stringify({ text: `${secret('an added key')}\n\u0001${secret('a key of the environment')}` }));
      await ask('POST', '/api/manage/keys/add', cookie, JSON.stringify({ key_string: [secret('an added key')] }));
      const behind = { key_string: `AIza${random(35)}`, project: 'behind-the-proxy' };
      canaries.set('a key behind a proxy', behind.key_string);
      await ask('POST', '/api/manage/keys/add', cookie, JSON.stringify(behind));
      const account = { name: 'somebody', password: secret('the password of an account') };
      await ask('POST', '/api/manage/accounts/add', cookie, JSON.stringify({ ...account, role: 'viewer' }));
      const other = await ask('POST', '/api/login', kJson, JSON.stringify(account), true);
      if (other.status === 200) canaries.set('a session of an account', /=([^;]+)/.exec(other.headers.get('set-cookie'))[1]);
      const made = JSON.parse((await ask('POST', '/api/manage/tokens/add', cookie, '{}', true)).text);
      canaries.set('a made token', made.token);
      const rotated = JSON.parse((await ask('POST', `/api/manage/tokens/rotate/${made.id}`, cookie, '{}', true)).text);
      canaries.set('a rotated token', rotated.token);

      const token = secret('a client token');
      const prompt = kHello.replace('Hello', secret('the prompt'));
      for (let round = 0; round < 24; ++round) {
        const client = { ...kJson, 'x-goog-api-key': round % 2 ? token : rotated.token };
        await ask('POST', `${kModel}:generateContent`, client, prompt);
        await ask('POST', `${kModel}:streamGenerateContent?alt=sse&q=${secret('the query')}`, client, prompt);
        await ask('POST', `${kModel}:generateContent?key=${encodeURIComponent(token)}`, kJson, prompt);
        await ask('POST', '/v1/chat/completions', { ...kJson, authorization: `Bearer ${token}` }, kChat.replace('Hello', secret('the prompt')));
        await ask('POST', '/v1/messages', { ...kJson, 'x-api-key': token }, JSON.stringify({ ...JSON.parse(kChat), max_tokens: 9 }));
        await ask('GET', '/v1/models', { authorization: `Bearer ${token}` });
      }
      await ask('POST', '/api/manage/keys/checks', cookie, JSON.stringify({ all: true }));
      // Where they don't belong.
      await ask('POST', `${kModel}:generateContent`, { ...kJson, 'x-goog-api-key': secret('the admin secret') }, kHello);
      await ask('GET', `/api/nowhere?password=${encodeURIComponent(secret('the admin secret'))}`);
      await ask('GET', '/v1/models/none', { authorization: `Bearer ${secret('the wrong password')}` });
      // Every list there is, of this version and of later ones.
      const described = JSON.parse((await ask('GET', '/openapi.json')).text);
      for (const [path, verbs] of Object.entries(described.paths)) {
        if (!verbs.get) continue;
        for (const id of path.includes('{id}') ? ['1', '2', '-1'] : ['']) await ask('GET', path.replace('{id}', id), cookie);
      }
      const requests = JSON.parse((await ask('GET', '/api/manage/requests', cookie)).text).requests ?? [];
      for (const { id, request_id } of requests.slice(0, 20)) await ask('GET', `/api/manage/requests/${request_id ?? id}`, cookie);
      await ask('GET', '/metrics');
      await ask('POST', '/api/login', kJson, JSON.stringify({ password: secret('the wrong password') }));
      await ask('GET', '/api/manage/keys/data', { authorization: `Bearer ${token}` });
      assert.ok(upstream.requests.length > 50, `${upstream.requests.length} requests reached upstream`);
      for (const { path, query } of upstream.requests) hay.add('an upstream address', `${path} ${Object.entries(query).filter(([name]) => name !== 'q').join()}`);
      for (const file of ['environ', 'cmdline']) hay.add(`/proc/…/${file}`, readFileSync(`/proc/${server.pid}/${file}`));
      assert.match(readFileSync(`/proc/${server.pid}/limits`, 'utf8'), /Max core file size\s+0\s+0/);
      assertPrivate(folder);
      for (const path of filesBelow(join(folder, 'data'))) hay.add(`${path} of the running server`, readFileSync(path));
    } finally {
      await server.stop();
      await upstream.stop();
    }
    hay.add('the log', server.log);
    for (const path of filesBelow(join(folder, 'data'))) hay.add(path, readFileSync(path));
    const found = hay.search(canaries);
    assert.ok(server.log.length > 10_000, 'the log tells something');
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual(found.slice(0, 20), []);
    notePromise('canaries', `${mode} mode: ${canaries.size} secrets, ${hay.texts.length} places, ${(hay.bytes / 1e6).toFixed(1)} MB searched, nothing found`);
  });
}

// The data folder is its owner's alone, and so is every file in it while the server runs.
function assertPrivate(folder) {
  const data = join(folder, 'data');
  if (!existsSync(data)) return;
  assert.equal(statSync(data).mode & 0o777, 0o700);
  for (const path of filesBelow(data)) assert.equal(statSync(path).mode & 0o777, 0o600, path);
}
