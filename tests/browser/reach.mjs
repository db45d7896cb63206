// What assistive technology finds: every page and every overlay, at a desk and on a phone, in both languages, without
// a violation that axe-core knows of; and tables that say how long they are and where each cell stands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Console, kPng, launch, steps } from './console.mjs';
import { Stand } from './stand.mjs';
import { addKey, ask, ask_many } from './traffic.mjs';

const require = createRequire(join(process.env.GEMINATE_REPOSITORY, 'tests/package.json'));
const kAxe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
  for (let i = 1; i <= 40; ++i) {
    await addKey(stand, { key_string: `AIzaReach-${String(i).padStart(4, '0')}`, description: `键 ${i}`, project: `p${i % 3}`, tags: ['主力'] });
  }
  await stand.api('/api/manage/tokens/add', { method: 'POST', body: JSON.stringify({ description: '集成' }) });
  await ask_many(stand, 3);
  await ask(stand, { model: 'no-such-model' });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

// Colours are drawn, not styled: theme_test.cpp looks at their contrast.
async function assertNoViolation(where) {
  await tab.idle();
  if (!(await tab.page.evaluate(() => typeof window.axe !== 'undefined'))) await tab.page.evaluate(kAxe);
  const violations = await tab.page.evaluate(async () => {
    const result = await window.axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
    return result.violations.map(({ id, help, nodes }) => `${id}: ${help}\n` + nodes.slice(0, 3).map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n'));
  });
  assert.equal(violations.join('\n'), '', where);
}

const kLooks = [
  { title: 'at a desk', locale: 'zh-CN', size: { width: 1440, height: 900 } },
  { title: 'on a phone', locale: 'en-US', size: { width: 390, height: 844 }, touch: true },
];

// Both languages' names of what is pressed on the way.
const kWords = {
  'zh-CN': { lang: 'zh-CN', addKey: '添加 Key', key: /的操作$/, edit: '编辑', remove: '删除…', columns: '列', select: /^选择 …0040/, more: '更多操作', project: '设定项目…', make: '创建令牌', alias: '添加别名', menu: '打开菜单',
    search: '搜索设置', change: '修改 MAX_HEADERS', tabs: [['额度限制', '设置限制'], ['价格', '添加价格'], ['关于与状态']],
    choose: '选择模型', message: '消息 1', addTurn: '添加消息', removeImage: '移除图片 dot.png', parameters: '参数', done: '已完成', code: '复制代码' },
  'en-US': { lang: 'en', addKey: 'Add key', key: /^Actions for/, edit: 'Edit', remove: 'Delete…', columns: 'Columns', make: 'Make token', alias: 'Add alias', menu: 'Open menu',
    search: 'Search settings', change: 'Change MAX_HEADERS', tabs: [['Quota limits', 'Set a limit'], ['Prices', 'Add a price'], ['About and health']],
    choose: 'Choose a model', message: 'Message 1', addTurn: 'Add message', removeImage: 'Remove image dot.png', parameters: 'Parameters', done: 'Done', code: 'Copy the code' },
};

for (const look of kLooks) {
  test(`assistive technology ${look.title}`, async (story) => {
    const words = kWords[look.locale];
    const narrow = look.touch;
    const step = steps(story, `reach-${look.size.width}`, () => tab);
    const go = async (path, content = tab.page.locator('[role=row][aria-label], [role=img]')) => {
      await tab.page.goto(stand.url + path);
      await tab.page.waitForFunction(() => window.geminate !== undefined);
      await tab.idle();
      await content.first().waitFor({ state: 'attached' });
    };
    const overlay = async (where) => {
      await tab.page.locator('[role=dialog], [role=menu]').first().waitFor({ state: 'attached' });
      await assertNoViolation(where);
      await tab.key('Escape');
      await tab.page.locator('[role=dialog], [role=menu]').first().waitFor({ state: 'detached' });
    };

    await step('at the login', async () => {
      tab = await Console.open(browser, stand, look);
      await assertNoViolation('login');
      assert.equal(await tab.page.evaluate(() => document.documentElement.lang), words.lang);
      await tab.logInAnyLanguage();
      await tab.dataRows().first().waitFor({ state: 'attached' });
    });

    await step('on the page of keys', async () => {
      await assertNoViolation('keys');
      await tab.find('button', words.key).first().click({ force: true });
      await overlay('a key’s commands');
      await tab.dataRows().first().click({ force: true, position: { x: narrow ? 60 : 300, y: 22 } });
      await overlay('a key’s drawer');
      await tab.find('button', words.addKey).first().click({ force: true });
      await overlay('adding keys');
      await tab.find('button', words.key).first().click({ force: true });
      await tab.press('menuitem', words.remove);
      await overlay('deleting a key');
    });

    await step('in the command palette and the list of shortcuts', async () => {
      await tab.key('Control+k');
      await overlay('the command palette');
      await tab.key('?');
      await overlay('the list of shortcuts');
    });

    if (!narrow) {
      await step('in the key table', async () => {
        await tab.press('button', words.columns);
        await overlay('choosing columns');
        await tab.press('checkbox', words.select);
        await tab.press('button', words.more);
        await tab.press('menuitem', words.project);
        await overlay('editing many keys');
      });
      await step('counts rows and columns', countsRowsAndColumns);
    }

    await step('on the page of tokens', async () => {
      await go('/manage/tokens');
      await assertNoViolation('tokens');
      await tab.find('button', words.make).first().click({ force: true });
      await overlay('making a token');
    });

    await step('on the page of requests', async () => {
      await go('/manage/requests');
      await assertNoViolation('requests');
      await tab.dataRows().first().click({ force: true, position: { x: narrow ? 60 : 300, y: 22 } });
      await overlay('a request’s story');
    });

    await step('on the page of settings', async () => {
      await go('/manage/settings', tab.find('textbox', words.search));
      await assertNoViolation('settings');
      await tab.type(words.search, 'MAX_HEADERS');
      await tab.press('button', words.change);
      await overlay('changing a setting');
      for (const [name, command] of words.tabs) {
        await tab.press('link', name);
        await assertNoViolation(name);
        if (!command) continue;
        await tab.press('button', command);
        await overlay(command);
      }
    });

    await step('on the page of models', async () => {
      await go('/manage/models', tab.find('button', words.alias));
      await assertNoViolation('models');
      await tab.find('button', words.alias).first().click({ force: true });
      await overlay('adding an alias');
      const aliases = [{ alias: 'gpt-4o', model: 'gemini-2.5-pro' }];
      await stand.api('/api/manage/aliases/update', { method: 'PUT', body: JSON.stringify({ aliases }) });
      await go('/manage/models');
      await assertNoViolation('aliases');
    });

    await step('in the playground', async () => {
      await go('/manage/playground', tab.find('button', words.choose));
      await tab.press('button', words.choose);
      await overlay('choosing a model');
      await tab.type(words.message, 'What is this?');
      await tab.give('drop', 'dot.png', 'image/png', kPng);
      await tab.appears('button', words.removeImage);
      await assertNoViolation('a message with an image');
      await tab.focus(words.message);
      await tab.key('Control+Enter');
      await tab.appears('text', words.done);
      await assertNoViolation('an answer');
      await tab.press('tab', 'curl');
      await tab.appears('button', words.code);
      await assertNoViolation('the same as code');
      if (narrow) return;  // there the answer has pushed the prompt out of sight
      await tab.press('button', words.addTurn);
      await assertNoViolation('a second message');
      await tab.press('button', words.parameters);
      await assertNoViolation('parameters');
    });

    await step('on the dashboard', async () => {
      await go('/manage/dashboard');
      await assertNoViolation('dashboard');
      if (narrow) {
        await tab.press('button', words.menu);
        await overlay('navigation');
      }
    });

    await step('had nothing to complain about', () => tab.assertNoProblems());
  });
}

async function countsRowsAndColumns() {
  const table = await tab.page.locator('[role=grid]').evaluate((element) => {
    const index = (child) => Number(child.getAttribute('aria-colindex'));
    const [head, ...rows] = [...element.children];
    return {
      rowcount: element.getAttribute('aria-rowcount'),
      colcount: Number(element.getAttribute('aria-colcount')),
      head: { row: head.getAttribute('aria-rowindex'), columns: [...head.children].map((child) => [index(child), child.textContent]) },
      rows: rows.map((row) => ({ row: Number(row.getAttribute('aria-rowindex')), columns: [...row.children].map((child) => [index(child), child.getAttribute('aria-label')]) })),
    };
  });
  assert.equal(table.rowcount, '41');
  assert.equal(table.head.row, '1');
  assert.deepEqual(table.rows.slice(0, 3).map(({ row }) => row), [2, 3, 4]);
  const columnOf = Object.fromEntries(table.head.columns.map(([index, name]) => [name, index]));
  assert.equal(columnOf['状态'], 2);
  for (const { columns } of table.rows) {
    const places = columns.map(([index]) => index);
    assert.deepEqual(places, [...places].sort((a, b) => a - b), 'in reading order');
    assert.equal(new Set(places).size, places.length, 'no two cells in one column');
    assert.equal(Math.max(...places), table.colcount);
    assert.equal(columns.find(([index]) => index === columnOf['项目'])[1].slice(0, 1), 'p');
  }
}
