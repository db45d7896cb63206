// What the console looks like: both modes, light and dark, both languages, from a desk to a phone. The pictures are
// for people; the test sees to it that every one of them has its content, and nothing hangs over the edge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console, launch } from './console.mjs';
import { Stand } from './stand.mjs';

const kSizes = {
  '1440x900': { width: 1440, height: 900 },
  '1024x768': { width: 1024, height: 768 },
  '390x844': { width: 390, height: 844 },
};
const kTitles = {
  memory: { zh: '管理代理 Key (内存存储模式)', en: 'Manage proxy keys (memory mode)' },
  database: { zh: '管理代理 Key (数据库存储模式)', en: 'Manage proxy keys (database mode)' },
};

const kKeys = [
  { key_string: 'AIzaPicture-a3F9', description: '客户端 A 主力', project: 'alpha', max_tokens_per_day: 600000, rate_limit_per_minute: 10, tags: ['主力', 'prod'] },
  { key_string: 'AIzaPicture-Qx71', description: '批量翻译', project: 'alpha', max_tokens_per_day: 300000, rate_limit_per_minute: 10 },
  { key_string: 'AIzaPicture-9Kd2', description: '备用 · 李娜', project: 'beta', rate_limit_per_minute: 15 },
  { key_string: 'AIzaPicture-m0Zt', description: '测试环境', project: 'beta' },
  { key_string: 'AIzaPicture-7Yhc', description: 'service-ops', project: 'gamma', max_tokens_per_day: 300000 },
  { key_string: 'AIzaPicture-rP4a', description: '待轮换', project: 'delta', is_active: false },
  { key_string: 'AIzaPicture-e2Lv', description: '图像任务', project: 'epsilon', expires_at: '2020-01-01T00:00:00Z' },
];

async function fill(stand) {
  for (const key of kKeys) await stand.api('/api/manage/keys/add', { method: 'POST', body: JSON.stringify(key) });
  const token = { description: '集成测试', rate_limit_per_minute: 30 };
  await stand.api('/api/manage/tokens/add', { method: 'POST', body: JSON.stringify(token) });
}

// The mirror of what is drawn: nothing in sight may stand outside the window.
async function overhanging(tab) {
  return tab.page.evaluate(() =>
    window.geminate.nodes
      .filter(({ rect: [left, , width] }) => left < -1 || left + width > window.innerWidth + 1)
      .map(({ role, name }) => `${role} ${name}`),
  );
}

async function picture(tab, name) {
  await tab.screenshot(name);
  assert.deepEqual(await overhanging(tab), []);
}

async function walk(tab, mode, language, name, narrow) {
  await picture(tab, `${name}-login`);
  await tab.logInAnyLanguage();
  await tab.appears('heading', kTitles[mode][language]);
  const first = tab.dataRows().first();
  await first.waitFor({ state: 'attached' });
  await picture(tab, `${name}-keys`);
  await first.click({ force: true, position: { x: narrow ? 60 : 300, y: 22 } });
  await tab.dialog().waitFor({ state: 'attached' });
  await picture(tab, `${name}-key`);
  await tab.key('Escape');
  await tab.find('button', /^(添加 Key|Add key)$/).first().click({ force: true });
  await tab.dialog(/添加代理 Key|Add proxy keys/).waitFor({ state: 'attached' });
  await picture(tab, `${name}-add`);
}

for (const mode of ['memory', 'database']) {
  test(`looks right in ${mode} mode`, async (all) => {
    const stand = await Stand.start(mode);
    const browser = await launch();
    all.after(async () => {
      await browser.close();
      await stand.stop();
    });
    await fill(stand);
    for (const [size, viewport] of Object.entries(kSizes)) {
      // Every size and mode in both lights; each light in its own language, which shows all four over the modes.
      for (const dark of [false, true]) {
        const language = dark === (mode === 'memory') ? 'zh' : 'en';
        const name = `${mode}-${size}-${dark ? 'dark' : 'light'}-${language}`;
        await all.test(name, async () => {
          const narrow = viewport.width < 720;
          const locale = language === 'zh' ? 'zh-CN' : 'en-US';
          const tab = await Console.open(browser, stand, { size: viewport, dark, locale, touch: narrow });
          await walk(tab, mode, language, name, narrow);
          tab.assertNoProblems();
          await tab.close();
        });
      }
    }
  });
}
