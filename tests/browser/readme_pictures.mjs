// The pictures of README.md, taken anew (tools/screenshots): a pool that has seen something, in both modes, languages
// and lights. The argument is the folder they go to.
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Console, launch } from './console.mjs';
import { Stand } from './stand.mjs';
import { addKey, ask, ask_many } from './traffic.mjs';

const folder = process.argv[2];
const kSize = { width: 1200, height: 750 };

// What Google says to a key stands in its text (the simulator's presets).
const kKeys = [
  { key_string: 'AIzaPicture-main-a3F9', description: '客户端 A 主力', project: 'alpha', max_tokens_per_day: 6000, rate_limit_per_minute: 60, tags: ['主力', 'prod'] },
  { key_string: 'AIzaPicture-batch-Qx71', description: 'batch translation', project: 'alpha', max_tokens_per_day: 3000 },
  { key_string: 'AIzaPicture-spare-9Kd2', description: '备用 · 李娜', project: 'beta', rate_limit_per_minute: 15 },
  { key_string: 'sim-429-retry-m0Zt', description: 'staging', project: 'beta' },
  { key_string: 'sim-dead-7Yhc', description: 'service-ops', project: 'gamma' },
  { key_string: 'sim-leaked-Pw4d', description: 'old laptop', project: 'gamma' },
  { key_string: 'AIzaPicture-rotate-rP4a', description: '待轮换', project: 'delta', is_active: false },
  { key_string: 'AIzaPicture-images-e2Lv', description: '图像任务', project: 'epsilon', expires_at: '2020-01-01T00:00:00Z' },
];

async function fill(stand) {
  for (const key of kKeys) await addKey(stand, key);
  const token = { description: 'nightly tests', rate_limit_per_minute: 600 };
  await stand.api('/api/manage/tokens/add', { method: 'POST', body: JSON.stringify(token) });
  await ask_many(stand, 24);
  await ask_many(stand, 9, { model: 'gemini-2.5-pro', stream: true });
  await ask_many(stand, 7, { model: 'gemini-2.0-flash', openai: true });
  await ask(stand, { model: 'no-such-model' });
}

async function open(browser, stand, options) {
  const tab = await Console.open(browser, stand, { size: kSize, ...options });
  await tab.logInAnyLanguage();
  await tab.page.locator('[role=row][aria-label], [role=img], [role=dialog]').first().waitFor({ state: 'attached' });
  await tab.idle();
  return tab;
}

// What stands in rows beside the list itself is asked for a moment later.
async function glanced(tab) {
  const asked = () => performance.getEntriesByType('resource').some(({ name }) => name.includes('/keys/glance'));
  await tab.page.waitForFunction(asked);
  return tab;
}

async function take(tab, name) {
  await tab.page.mouse.move(kSize.width - 2, kSize.height - 2);
  await tab.idle();
  await tab.page.screenshot({ path: join(folder, `${name}.new.png`) });
  renameSync(join(folder, `${name}.new.png`), join(folder, `${name}.png`));
  await tab.close();
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
const database = await Stand.start('database');
const memory = await Stand.start('memory');
try {
  await fill(database);
  await fill(memory);
  await take(await glanced(await open(browser, database, { path: '/manage/keys' })), 'keys-database');
  await take(await glanced(await open(browser, memory, { path: '/manage/keys', dark: true, locale: 'en-US' })), 'keys-memory');
  const [key] = (await database.keys()).filter(({ description }) => description === 'staging');
  await take(await open(browser, database, { path: `/manage/keys/${key.id}`, locale: 'en-US' }), 'key');
  await take(await open(browser, database, { path: '/manage/dashboard', dark: true }), 'dashboard');
} finally {
  await browser.close();
  await database.stop();
  await memory.stop();
}
