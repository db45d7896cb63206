// What /openapi.json says of the management API is true: whatever is asked, well formed or not, is answered with a
// described status and a body of the described shape, and never with a 5xx.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isLongRun, notePromise } from '../support/promise.mjs';
import { randomOf, Schemas } from './json_schema.mjs';
import { Served } from './served.mjs';

const kAdmin = 'admin-secret-for-the-tests';
const kRounds = isLongRun ? 400 : 6;
const kSeed = Number(process.env.GEMINATE_SEED ?? 20261128);
const kIds = ['1', '2', '-1', '0', '99999', 'x', '1x', '9223372036854775808', '%20', '%2e%2e', 'a'.repeat(300)];

for (const mode of ['memory', 'database']) {
  describe(`in ${mode} mode`, () => {
    let served, schemas, operations, cookie;
    let asked = 0;
    before(async () => {
      served = await Served.start({ environment: { KEY_STORAGE_MODE: mode } });
      const described = await (await fetch(`${served.url}/openapi.json`)).json();
      schemas = new Schemas(described);
      operations = Object.entries(described.paths).flatMap(([path, verbs]) =>
        Object.entries(verbs).map(([verb, operation]) => ({ path, verb: verb.toUpperCase(), operation })));
      const login = await fetch(`${served.url}/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ password: kAdmin }),
      });
      assert.equal(login.status, 200);
      cookie = login.headers.get('set-cookie').split(';')[0];
    });
    after(() => served?.stop());

    // The session must outlive the test.
    const withCookie = (path) => (path === '/api/logout' || path === '/api/login' ? {} : { cookie });

    async function check(each, target, options) {
      const answer = await fetch(served.url + target, { method: each.verb, ...options });
      const text = await answer.text();
      asked += 1;
      const sent = typeof options.body === 'string' ? options.body.slice(0, 500) : (options.body?.toString('latin1') ?? '').slice(0, 500);
      const what = `${each.verb} ${target.slice(0, 300)} ${sent} (seed ${kSeed}): ${answer.status} ${text.slice(0, 500)}`;
      assert.ok(answer.status < 500, what);
      const described = each.operation.responses[answer.status];
      assert.ok(described, `not described: ${what}`);
      const content = schemas.resolve(described).content;
      if (!content) return assert.equal(text, '', what), answer.status;
      if (text === '' && !content['application/json']) return answer.status;
      const type = answer.headers.get('content-type')?.split(';')[0];
      assert.ok(content[type], `${type} is not described: ${what}`);
      // Of lines the first is what is described.
      const body = JSON.parse(type === 'application/json' ? text : text.split('\n')[0]);
      assert.deepEqual(schemas.faults(content[type].schema, body), [], what);
      return answer.status;
    }

    function targetOf({ path, operation }, random, valid) {
      const parameters = (operation.parameters ?? []).filter((one) => one.in === 'query');
      const query = new URLSearchParams();
      for (const { name, schema, required } of parameters) {
        if (!required && !random.chance(0.4)) continue;
        const value = random.chance(valid ? 1 : 0.5) ? schemas.make(schema, random) : random.of(['', 'x', '-5', '1e9', '\u0000', '99999999999999999999']);
        query.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value).toWellFormed?.() ?? String(value));
      }
      if (!valid && random.chance(0.3)) query.append('unknown', 'x');
      const text = query.toString();
      return path.replace('{id}', valid ? random.of(['1', '2', '3']) : random.of(kIds)) + (text ? `?${text}` : '');
    }

    test('answers what is described to whatever fits the description, and to what does not', async () => {
      const random = randomOf(kSeed);
      const statuses = new Map();
      for (let round = 0; round < kRounds; ++round) {
        for (const each of operations) {
          const valid = round % 2 === 0;
          const schema = each.operation.requestBody?.content['application/json'].schema;
          const headers = { ...withCookie(each.path) };
          const options = { headers };
          if (schema) {
            headers['content-type'] = 'application/json';
            options.body = valid ? JSON.stringify(schemas.make(schema, random)) : schemas.spoil(schema, random);
          }
          const status = await check(each, targetOf(each, random, valid), options);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }
      assert.ok(statuses.get(200) > operations.length, JSON.stringify([...statuses]));
      assert.ok(statuses.get(400) > 0, JSON.stringify([...statuses]));
    });

    test('describes how callers without a right to it are refused', async () => {
      for (const each of operations) {
        const body = each.operation.requestBody ? '{}' : undefined;
        const headers = { 'content-type': 'application/json' };
        if (each.operation.security.length === 0) continue;
        assert.equal(await check(each, each.path.replace('{id}', '1'), { headers, body }), 401);
        const foreign = { ...headers, cookie, 'sec-fetch-site': 'cross-site' };
        if (each.verb !== 'GET') assert.equal(await check(each, each.path.replace('{id}', '1'), { headers: foreign, body }), 403);
      }
    });

    test('describes what becomes of bodies that are no JSON, and of rows that are not there', async () => {
      for (const each of operations) {
        if (!each.operation.requestBody) continue;
        const headers = { ...withCookie(each.path), 'content-type': 'text/plain' };
        const status = await check(each, each.path.replace('{id}', '1'), { headers, body: '{}' });
        // What is switched off is so for every body.
        assert.ok(status === 415 || (status === 403 && /reveal|export/.test(each.path)), `${each.path}: ${status}`);
      }
      const gone = operations.filter(({ path, verb }) => path.includes('{id}') && verb === 'DELETE');
      for (const each of gone) {
        const status = await check(each, each.path.replace('{id}', '424242'), { headers: { cookie } });
        // Memory mode has no accounts to delete.
        assert.ok(status === 404 || (status === 409 && mode === 'memory'), `${each.path}: ${status}`);
      }
    });

    test('answers with an error of that shape where there is no operation', async () => {
      const error = schemas.resolve(schemas.document.components.responses.Error).content['application/json'].schema;
      for (const [method, path, status] of [['GET', '/api/manage/nowhere', 404], ['DELETE', '/api/manage/keys/data', 405]]) {
        const answer = await fetch(served.url + path, { method, headers: { cookie } });
        assert.equal(answer.status, status);
        assert.deepEqual(schemas.faults(error, await answer.json()), []);
      }
      notePromise('api-description', `${operations.length} operations in ${mode} mode: ${asked} requests, each answered as described`);
    });
  });
}
