// What a row of the grid of keys tells by itself: quotas by model, requests of the day, the last error; by name and
// value, following the feed. Then what that looks like, from a desk to a phone, in both lights and languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Console, launch, steps } from './console.mjs';
import { Stand } from './stand.mjs';
import { addKey, ask, ask_many } from './traffic.mjs';

const kLooks = [
  { name: '1440-light-zh', size: { width: 1440, height: 900 } },
  { name: '1440-dark-en', size: { width: 1440, height: 900 }, dark: true, locale: 'en-US' },
  { name: '1024-light-en', size: { width: 1024, height: 768 }, locale: 'en-US' },
  { name: '1024-dark-zh', size: { width: 1024, height: 768 }, dark: true },
  { name: '390-dark-zh', size: { width: 390, height: 844 }, dark: true, touch: true },
  { name: '390-light-en', size: { width: 390, height: 844 }, locale: 'en-US', touch: true },
];

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
  tab = await Console.open(browser, stand, { locale: 'en-US', size: { width: 1440, height: 900 } });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

const only = async (id) => {
  for (const key of await stand.keys()) {
    await stand.api(`/api/manage/keys/update/${key.id}`, { method: 'PUT', body: JSON.stringify({ is_active: key.id === id }) });
  }
};
const limit = (key_id, model, requests_per_day) =>
  stand.api('/api/manage/quotas/update', { method: 'PUT', body: JSON.stringify({ key_id, model, requests_per_day }) });

test('what a row of a key tells', async (story) => {
  const step = steps(story, 'rows', () => tab);
  let first;
  await step('says how much of each model’s quota is spent, and what the day brought', async () => {
    first = await addKey(stand, { key_string: 'AIzaRowKey-0001', description: 'main client', project: null });
    await limit(first.id, 'gemini-2.5-flash', 4);
    await limit(first.id, 'gemini-2.5-pro', 50);
    await ask_many(stand, 2);
    await ask(stand, { model: 'gemini-2.5-pro' });
    await tab.logInAnyLanguage();
    await tab.appears('row', '…0001 main client');
    await tab.appears('cell', 'gemini-2.5-flash 50 %, gemini-2.5-pro 2 %');
    await tab.appears('img', '3 requests in 24 hours');
    assert.equal(await tab.find('columnheader', 'Last 24 hours').getAttribute('aria-sort'), null, 'known of rows in sight only');
  });

  await step('follows the feed', async () => {
    await ask(stand);
    await tab.appears('cell', /^gemini-2.5-flash 75 %/);
    await tab.appears('img', '4 requests in 24 hours');
  });

  await step('tells the last error, and sorts by it', async () => {
    const dead = await addKey(stand, { key_string: 'AIzaRowKey-0002', description: 'old account', project: 'gamma' });
    await only(dead.id);
    assert.notEqual((await ask(stand, { behaviour: 'dead' })).status, 200);
    const spent = await addKey(stand, { key_string: 'AIzaRowKey-0003', description: 'batch translation' });
    await only(spent.id);
    assert.notEqual((await ask(stand, { behaviour: '429,quota=GenerateRequestsPerDayPerProjectPerModel-FreeTier' })).status, 200);
    await tab.appears('cell', /^Found dead · /);
    await tab.appears('cell', /^Out of quota · /);
    await tab.press('columnheader', 'Last error');
    await tab.press('columnheader', 'Last error');
    assert.match((await tab.rows())[0], /batch translation/);
    await tab.press('columnheader', 'Quotas');
    await tab.press('columnheader', 'Quotas');
    assert.equal(await tab.find('columnheader', 'Quotas').getAttribute('aria-sort'), 'descending');
    await tab.press('columnheader', 'State');
  });

  await step('looks well from a desk to a phone', async () => {
    for (let i = 4; i <= 12; ++i) {
      const key = await addKey(stand, {
        key_string: `AIzaRowKey-00${i}`,
        description: ['spare', 'test environment', 'service-ops', 'images'][i % 4],
        project: i % 3 ? ['alpha', 'beta', 'delta'][i % 3] : null,
        max_tokens_per_day: i % 2 ? 600 : null,
      });
      await only(key.id);
      if (i % 3 === 0) await limit(key.id, 'gemini-2.5-flash', 3 + i);
      await ask_many(stand, i % 5);
      if (i % 4 === 0) await ask(stand, { model: 'gemini-2.5-pro' });
    }
    for (const key of await stand.keys()) {
      if (key.key_preview !== '0007')
        await stand.api(`/api/manage/keys/update/${key.id}`, { method: 'PUT', body: JSON.stringify({ is_active: true }) });
    }
    for (const look of kLooks) {
      const page = await Console.open(browser, stand, look);
      await page.logInAnyLanguage();
      await page.appears('img', /3 requests in 24 hours|24 小时内 3 次请求/);
      await page.screenshot(`rows-${look.name}`);
      await page.close();
    }
  });
});
