// The playground: a prompt typed, composed, pasted and dropped, its answer as it streams in, the key that served it,
// and the same as code that runs. One language a run: node playground_page.mjs <zh|en>.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Console, kPng, launch, steps } from './console.mjs';
import { Stand, kAdminKey, kClientToken } from './stand.mjs';
import { addKey } from './traffic.mjs';

const language = process.argv[2] === 'en' ? 'en' : 'zh';
const kWords = {
  zh: {
    title: '试验台', password: '管理员密钥', signIn: '登录', model: '模型', choose: '选择模型', message: '消息', send: '发送',
    stop: '停止', done: '已完成', answering: '正在回答', stopped: '已停止', failed: '失败', copy: '复制回答', why: /轮到 Key …/,
    after: /在第 2 次尝试时成功/, none: '还没有回答', parameters: '参数', temperature: '温度（0–2）', max: '最多输出 Token',
    rule: '应为 0 到 2 之间的数', nothing: '先写一条消息或添加一张图片', goOn: '继续对话', addImage: '添加图片', system: '系统指令',
    remove: '移除图片', wrongType: /不是 PNG/, request: '查看请求记录', requests: '请求记录', refused: /请求被拒绝 \(400\)/, limited: /冷却或已用完额度 \(429\)/,
    noModel: /没有这个模型 \(404\)/, copyCode: '复制代码', ended: '登录已失效，请重新登录', cut: /MAX_TOKENS/, clear: '清空', undo: '恢复清空的内容',
    verdict: '额度用完', keys: '代理 Key', broke: /回答中途断开|上游在回答途中报错/, speed: /Token\/秒/, caller: '管理员（试验台）',
  },
  en: {
    title: 'Playground', password: 'Admin key', signIn: 'Sign in', model: 'Model', choose: 'Choose a model', message: 'Message', send: 'Send',
    stop: 'Stop', done: 'Done', answering: 'Answering', stopped: 'Stopped', failed: 'Failed', copy: 'Copy the answer', why: /'s turn, and it served at once/,
    after: /served at try 2/, none: 'No answer yet', parameters: 'Parameters', temperature: 'Temperature (0–2)', max: 'Max output tokens',
    rule: 'A number from 0 to 2', nothing: 'Write a message or add an image first', goOn: 'Go on from here', addImage: 'Add image', system: 'System instruction',
    remove: 'Remove image', wrongType: /is no PNG/, request: 'Show the request', requests: 'Requests', refused: /The request was refused \(400\)/, limited: /cooling or has spent its quota \(429\)/,
    noModel: /Upstream has no such model \(404\)/, copyCode: 'Copy the code', ended: 'Your session has ended; sign in again', cut: /MAX_TOKENS/, clear: 'Clear', undo: 'Bring back what was cleared',
    verdict: 'Quota spent', keys: 'Proxy keys', broke: /The answer broke off|Upstream reported an error inside/, speed: /tokens\/s/, caller: 'Admin (playground)',
  },
}[language];
const kLocale = language === 'en' ? 'en-US' : 'zh-CN';
const run = promisify(execFile);

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('memory');
  browser = await launch();
  tab = await open({ width: 1440, height: 900 });
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});

function open(size, further = {}) {
  return Console.open(browser, stand, { path: '/manage/playground', locale: kLocale, size, ...further });
}
async function logIn(on = tab) {
  await on.type(kWords.password, kAdminKey);
  await on.press('button', kWords.signIn);
  await on.appears('heading', kWords.title);
}
const message = (number) => `${kWords.message} ${number}`;
// The next requests upstream gets are answered so.
function script(behaviour, further = {}) {
  return fetch(`${stand.upstream}/_simulator/script`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ behaviour, times: 1, path: '/v1beta/models/', ...further }),
  });
}
const upstream = async (what) => (await fetch(`${stand.upstream}/_simulator/${what}`)).json();
async function lastBody() {
  const { requests } = await upstream('requests');
  return JSON.parse(requests.at(-1).body);
}
async function send(text) {
  await tab.type(message(1), text);
  await tab.key('Control+Enter');
}
// The text in an event stream, as curl prints it.
function joined(events) {
  const lines = events.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => JSON.parse(line.slice(6)).candidates[0].content.parts[0].text).join('') + '\n';
}
const stage = (name) => tab.appears('text', name);

test(`the playground in ${language}`, async (story) => {
  const step = steps(story, `playground-${language}`, () => tab);
  const picture = (name) => tab.screenshot(`playground-${language}-${name}`);

  await step('opens by its own address and knows upstream’s models', async () => {
    await logIn();
    assert.equal(await tab.page.title(), kWords.title);
    assert.equal(await tab.find('link', kWords.title).getAttribute('aria-current'), 'page');
    await tab.appears('heading', kWords.none);
    await tab.appears('button', kWords.choose);
    assert.equal(await tab.value(kWords.model), 'gemini-2.5-flash');
    await tab.press('button', kWords.choose);
    await tab.appears('menuitem', 'gemini-2.5-pro');
    assert.equal(await tab.find('menuitem', 'gemini-embedding-001').count(), 0);
    await picture('models');
    await tab.press('menuitem', 'gemini-2.5-pro');
    assert.equal(await tab.value(kWords.model), 'gemini-2.5-pro');
    await tab.type(kWords.model, 'gemini-2.5-flash');
  });

  await step('says what is missing instead of sending it', async () => {
    await tab.press('button', kWords.send);
    await tab.appears('text', kWords.nothing);
    assert.equal(await tab.find('textbox', message(1)).getAttribute('aria-invalid'), 'true');
  });

  await step('takes Chinese from an input method, and answers on Ctrl+Enter', async () => {
    await tab.compose(message(1), 'nihao', '你好，双子座');
    assert.equal(await tab.value(message(1)), '你好，双子座');
    await tab.key('Control+Enter');
    await stage(kWords.done);
    await tab.appears('text', /你好，双子座/);
    await tab.appears('text', kWords.why);
    await tab.appears('text', kWords.speed);
    await picture('answered');
  });

  await step('copies the answer, whole and what is selected', async () => {
    await tab.press('button', kWords.copy);
    const whole = await tab.clipboard();
    assert.match(whole, /你好，双子座/);
    await tab.page.evaluate(() => navigator.clipboard.writeText('something else'));
    await tab.find('text', whole).first().click({ force: true });
    await tab.idle();
    await tab.key('Control+a');
    await tab.key('Control+c');
    assert.equal(await tab.clipboard(), whole);
  });

  await step('shows text as it arrives, and stops', async () => {
    await script('stallmid,after=2,chunks=5');
    await send('A story that does not end');
    await stage(kWords.answering);
    await tab.appears('text', /^Simulated/);
    await picture('streaming');
    const before = (await upstream('stats')).cancelled;
    await tab.press('button', kWords.stop);
    await stage(kWords.stopped);
    for (let left = 100; (await upstream('stats')).cancelled === before; --left) {
      assert.ok(left > 0, 'upstream was not cancelled');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await tab.appears('text', /^Simulated/);
  });

  await step('says in plain words what went wrong, and why', async () => {
    await script('location');
    tab.expectProblems(/status of (400|404|429|401)/);
    await send('Where am I?');
    await stage(kWords.failed);
    await tab.appears('alert', kWords.refused);
    await tab.appears('text', /User location is not supported/);
    await picture('failed');
    await tab.type(kWords.model, 'no-such-model');
    await tab.key('Control+Enter');
    await tab.appears('alert', kWords.noModel);
    await tab.type(kWords.model, 'gemini-2.5-flash');
    await script('cut,after=1');
    await send('This breaks off');
    await tab.appears('alert', kWords.broke);
  });

  await step('tells which keys were tried before the one that served', async () => {
    await script('429,retry_ms=1500');
    await send('Who serves me?');
    await stage(kWords.done);
    await tab.appears('text', kWords.after);
    await tab.appears('text', kWords.verdict);
    await picture('second-key');
  });

  await step('sends parameters, and says what is wrong with them', async () => {
    await tab.press('button', kWords.parameters);
    await tab.type(kWords.temperature, '9');
    await tab.type(kWords.max, '2');
    await tab.type(kWords.system, 'Be brief.');
    await tab.press('button', kWords.send);
    await tab.appears('text', kWords.rule);
    await picture('parameters');
    await tab.type(kWords.temperature, '0.4');
    await send('A long answer please, longer than two tokens');
    await stage(kWords.done);
    await tab.appears('text', kWords.cut);
    const body = await lastBody();
    assert.deepEqual(body.generationConfig, { temperature: 0.4, maxOutputTokens: 2 });
    assert.equal(body.systemInstruction.parts[0].text, 'Be brief.');
    await tab.clear(kWords.max);
    await tab.press('button', kWords.parameters);
  });

  await step('goes on from an answer', async () => {
    await send('First question');
    await stage(kWords.done);
    await tab.press('button', kWords.goOn);
    await tab.type(message(3), 'Second question');
    await tab.key('Control+Enter');
    await tab.appears('text', /Second question/);
    await stage(kWords.done);
    const body = await lastBody();
    assert.deepEqual(body.contents.map(({ role }) => role), ['user', 'model', 'user']);
    await picture('conversation');
  });

  await step('clears, and brings back', async () => {
    await tab.press('button', kWords.clear);
    assert.equal(await tab.value(message(1)), '');
    await tab.press('button', kWords.undo);
    assert.equal(await tab.value(message(3)), 'Second question');
    await tab.press('button', kWords.clear);
  });

  await step('takes images by paste, drop and choice', async () => {
    await tab.give('paste', 'image.png', 'image/png', kPng);
    await tab.appears('button', `${kWords.remove} image.png`);
    await tab.give('drop', 'dropped.webp', 'image/webp', kPng);
    await tab.appears('button', `${kWords.remove} dropped.webp`);
    const [chooser] = await Promise.all([
      tab.page.waitForEvent('filechooser'),
      tab.find('button', kWords.addImage).click({ force: true }),
    ]);
    await chooser.setFiles({ name: 'chosen.jpg', mimeType: 'image/jpeg', buffer: kPng });
    await tab.appears('button', `${kWords.remove} chosen.jpg`);
    await tab.give('drop', 'notes.txt', 'text/plain', Buffer.from('hello'));
    await tab.appears('text', kWords.wrongType);
    await tab.press('button', `${kWords.remove} dropped.webp`);
    await send('What is this?');
    await stage(kWords.done);
    const { contents } = await lastBody();
    assert.deepEqual(contents[0].parts.map((part) => part.inlineData?.mimeType), ['image/png', 'image/jpeg', undefined]);
    assert.equal(contents[0].parts[0].inlineData.data, kPng.toString('base64'));
    await picture('images');
  });

  await step('gives code that runs, with images from files', async () => {
    writeFileSync(join(stand.folder, 'image.png'), kPng);
    writeFileSync(join(stand.folder, 'chosen.jpg'), kPng);
    await tab.type(message(1), 'It\'s "quoted" $HOME `id` 代码');
    for (const [name, file, command] of [['curl', 'ask.sh', 'sh'], ['Python', 'ask.py', 'python3'], ['JavaScript', 'ask.mjs', 'node']]) {
      await tab.press('tab', name);
      await picture(`code-${name}`);
      await tab.press('button', kWords.copyCode);
      const code = await tab.clipboard();
      assert.match(code, new RegExp(stand.url.replaceAll('.', '\\.')));
      writeFileSync(join(stand.folder, file), code.replace('YOUR_CLIENT_TOKEN', kClientToken));
      const { stdout } = await run(command, [file], { cwd: stand.folder });
      assert.equal(name === 'curl' ? joined(stdout) : stdout, 'Simulated answer to: It\'s "quoted" $HOME `id` 代码\n', name);
      const { contents } = await lastBody();
      assert.equal(contents[0].parts[0].inlineData.data, kPng.toString('base64'), name);
      assert.equal(contents[0].parts.at(-1).text, 'It\'s "quoted" $HOME `id` 代码', name);
    }
  });

  await step('keeps what was typed when the session has ended meanwhile', async () => {
    await tab.type(message(1), 'Not to be lost');
    await tab.page.context().clearCookies();
    await tab.key('Control+Enter');
    await tab.appears('text', kWords.ended);
    await logIn();
    assert.equal(await tab.value(message(1)), 'Not to be lost');
    await tab.key('Control+Enter');
    await stage(kWords.done);
  });

  await step('leads to the record of its request, and comes back as it was', async () => {
    await tab.press('link', kWords.request);
    await tab.appears('heading', kWords.requests);
    await tab.appears('text', kWords.caller, tab.dialog());
    await tab.key('Escape');
    await tab.press('link', kWords.title);
    await tab.appears('heading', kWords.title);
    assert.equal(await tab.value(message(1)), 'Not to be lost');
  });

  await step('keeps what was typed over a reload, after a question', async () => {
    await tab.type(message(1), 'Half a thought, 半句话');
    await tab.idle();
    const asked = new Promise((resolve) => {
      tab.page.once('dialog', async (dialog) => {
        await dialog.accept();
        resolve(dialog.type());
      });
    });
    await Promise.all([tab.page.waitForEvent('load'), tab.page.evaluate(() => void setTimeout(() => location.reload(), 0))]);
    assert.equal(await asked, 'beforeunload');
    await tab.page.waitForFunction(() => window.geminate !== undefined);
    await tab.appears('heading', kWords.title);
    assert.equal(await tab.value(message(1)), 'Half a thought, 半句话');
    const other = await tab.page.context().newPage();
    await other.goto(`${stand.url}/manage/playground`);
    const kept = await other.evaluate(() => sessionStorage.getItem('tab.prompt') ?? '');
    assert.equal(kept.includes('Half a thought'), false, 'only in this tab');
    await other.close();
  });

  await step('had nothing to complain about', () => tab.assertNoProblems());
});

// For people: what it looks like from a desk to a phone, light and dark.
test(`pictures of the playground in ${language}`, async () => {
  await addKey(stand, { key_string: 'AIzaPlayground-a3F9', description: language === 'en' ? 'main key' : '主力' });
  for (const [width, height, dark] of [[1440, 900, true], [1024, 768, false], [390, 844, false], [390, 844, true]]) {
    tab = await open({ width, height }, { dark, touch: width < 500 });
    await logIn();
    await tab.appears('textbox', kWords.model);
    const name = `playground-${language}-${width}x${height}-${dark ? 'dark' : 'light'}`;
    await tab.screenshot(`${name}-empty`);
    await send(language === 'en' ? 'Tell me about Gemini, the constellation.' : '介绍一下双子座这个星座，尽量详细一些。');
    await stage(kWords.done);
    await tab.appears('text', kWords.why);
    await tab.screenshot(name);
    const wide = await tab.page.evaluate(() =>
      window.geminate.nodes.filter(({ rect: [left, , wide] }) => left < -1 || left + wide > innerWidth + 1).map((node) => node.name));
    assert.deepEqual(wide, []);
    tab.assertNoProblems();
    await tab.close();
  }
});
