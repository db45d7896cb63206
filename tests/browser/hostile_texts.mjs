// Texts that others choose (names, projects, tags, models, upstream's errors) reach every page of the console: none of
// them may run, break the policy or stop a page. And what the browser keeps of all that holds no secret.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Upstream } from '../clients/upstream.mjs';
import { notePromise } from '../support/promise.mjs';
import { Console, launch } from './console.mjs';
import { Stand, kAdminKey, kClientToken, kEnvironmentKeys } from './stand.mjs';

const kTexts = [
  '<script>window.pwned=1</script>',
  '"><img src=x onerror="window.pwned=1">',
  "'-(window.pwned=1)-'",
  '<svg/onload=window.pwned=1>',
  'javascript:window.pwned=1',
  "{{constructor.constructor('window.pwned=1')()}}",
  '</textarea><iframe srcdoc="<script>parent.pwned=1</script>">',
  '\u202egnol dna tfel ot thgir\u202c',
  'a\u200b\u200d\ufeff\u2060b',
  '%s%n%x ##hidden ###id',
  'e\u0301'.repeat(300) + '\u{1f469}\u200d\u{1f4bb}',
  'x'.repeat(10_000),
  'line\none\ttwo',
];
// Refused in settings, but upstream may say them.
const kControls = '\u0000\u0007\u001b[31m\u009d\ufffe';
const kPages = ['/manage/keys', '/manage/tokens', '/manage/dashboard', '/manage/requests', '/manage/models', '/manage/aliases', '/manage/quotas', '/manage/settings', '/manage/playground'];
const kSecretWindow = 8;

let upstream, stand, browser, tab, said = 0;
before(async () => {
  upstream = await Upstream.start(() => {
    const text = kTexts[said++ % kTexts.length] + kControls;
    const status = [400, 403, 429, 500][said % 4];
    return { status, json: { error: { code: status, status: text, message: text, details: [{ reason: text, domain: text }] } } };
  });
  stand = new Stand('database');
  stand.upstream = upstream.url;
  await stand.revive();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stand?.stop();
  await upstream?.stop();
});

async function plant() {
  const taken = { keys: 0, tokens: 0 };
  for (const [index, text] of kTexts.entries()) {
    // Where a rule refuses the long ones, what it takes of them.
    for (const part of [text, text.slice(0, 200)]) {
      const key = { key_string: `AIzaHostileKeyNumber-${index}-${part.length}`, description: part, project: part, tags: [part, 'tag'] };
      const bare = { key_string: key.key_string, description: part };
      for (const body of [key, bare]) {
        const answer = await stand.api('/api/manage/keys/add', { method: 'POST', body: JSON.stringify(body) });
        if (answer.id !== undefined) ++taken.keys;
      }
      const token = await stand.api('/api/manage/tokens/add', { method: 'POST', body: JSON.stringify({ description: part }) });
      if (token.id !== undefined) ++taken.tokens;
    }
  }
  const headers = { 'content-type': 'application/json', 'x-goog-api-key': kClientToken };
  const body = JSON.stringify({ contents: [{ parts: [{ text: 'hello' }] }] });
  for (const text of kTexts) {
    for (const model of ['gemini-2.5-flash', encodeURIComponent(text.slice(0, 200))]) {
      const answer = await fetch(`${stand.url}/v1beta/models/${model}:generateContent`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
    }
  }
  return taken;
}

async function assertUnharmed() {
  tab.assertPolicyKept();
  const state = await tab.page.evaluate(() => ({
    pwned: window.pwned,
    foreign: document.querySelectorAll('script:not([src]), iframe, img[src="x"], svg[onload], [onerror], [onload]').length,
    alive: window.geminate.idle() !== undefined,
  }));
  assert.deepEqual(state, { pwned: undefined, foreign: 0, alive: true });
}

test('harm no page of the console', async () => {
  const taken = await plant();
  assert.ok(taken.keys > kTexts.length / 2 && taken.tokens > kTexts.length / 2, JSON.stringify(taken));
  tab = await Console.open(browser, stand);
  const dialogs = [];
  tab.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    return dialog.dismiss();
  });
  await tab.logIn();
  const [first] = await stand.keys();
  for (const path of [...kPages, `/manage/keys/${first.id}`, '/manage/%3Cscript%3Ewindow.pwned=1%3C%2Fscript%3E']) {
    await tab.page.goto(stand.url + path);
    await tab.page.waitForFunction(() => window.geminate !== undefined);
    await tab.idle();
    await assertUnharmed();
  }
  await tab.page.goto(`${stand.url}/manage/keys`);
  await tab.page.waitForFunction(() => window.geminate !== undefined);
  await tab.idle();
  assert.ok((await tab.rows()).length > 3, 'the rows are there');
  await assertUnharmed();
  assert.deepEqual(dialogs, []);
  assert.deepEqual(tab.problems.filter((text) => text.startsWith('uncaught')), []);
  await tab.screenshot('hostile-texts');
  notePromise('hostile-texts', `${kTexts.length} texts in ${taken.keys} keys, ${taken.tokens} tokens and ${upstream.requests.length} errors on ${kPages.length} pages: nothing ran, no policy broken`);
});

test('leave no secret in what the browser keeps', async () => {
  const kept = await tab.page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? [];
    const caches_ = 'caches' in window ? await caches.keys().catch(() => []) : [];
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, caches_, document.cookie, location.href, history.state, window.name]);
  });
  for (const secret of [kAdminKey, kClientToken, ...kEnvironmentKeys]) {
    for (let at = 0; at + kSecretWindow <= secret.length; ++at) {
      assert.ok(!kept.includes(secret.slice(at, at + kSecretWindow)), `${kept} holds a part of a secret`);
    }
  }
  assert.ok(!/gmt_|AIza|AQ\./.test(kept), kept);
  const cookies = await tab.page.context().cookies();
  assert.ok(cookies.length > 0 && cookies.every((cookie) => cookie.httpOnly && cookie.sameSite === 'Strict'), JSON.stringify(cookies.map(({ name }) => name)));
  notePromise('hostile-texts', `${kept.length} characters of browser storage, cookies that scripts see and addresses: no secret`);
  await tab.close();
});
