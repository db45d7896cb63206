// Logging in and out, addresses, language, a server that goes away, and what the page costs while nobody does
// anything.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Console, launch } from './console.mjs';
import { Stand, kAdminKey } from './stand.mjs';

let stand, browser, tab;
before(async () => {
  stand = await Stand.start('database');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stand?.stop();
});
const open = async (options) => (tab = await Console.open(browser, stand, options));
afterEach(async () => {
  tab.assertNoProblems();
  await tab.close();
});

test('leads from the root to the key page', async () => {
  await open({ path: '/' });
  assert.equal(new URL(tab.page.url()).pathname, '/manage/keys');
  await tab.appears('heading', '登录管理控制台');
});

test('is served under a strict policy', async () => {
  await open();
  const policy = tab.headers['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /require-trusted-types-for 'script'; trusted-types 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
});

test('says when the password is wrong, and lets the right one in', async () => {
  await open();
  tab.expectProblems(/status of 401/);
  await tab.type('管理员密钥', 'not the admin’s secret');
  await tab.key('Enter');
  await tab.appears('text', '管理员密钥不正确');
  assert.notEqual(await tab.value('管理员密钥'), kAdminKey);
  await tab.screenshot('login-wrong');
  await tab.type('管理员密钥', kAdminKey);
  await tab.key('Enter');
  await tab.appears('heading', '管理代理 Key (数据库存储模式)');
});

test('keeps the address over the login, and follows back and forward', async () => {
  await open({ path: '/manage/tokens' });
  await tab.logIn();
  await tab.appears('heading', '访问令牌');
  await tab.press('link', '代理 Key');
  await tab.appears('heading', '管理代理 Key (数据库存储模式)');
  assert.equal(new URL(tab.page.url()).pathname, '/manage/keys');
  await tab.page.goBack();
  await tab.appears('heading', '访问令牌');
  await tab.page.goForward();
  await tab.appears('heading', '管理代理 Key (数据库存储模式)');
  await tab.page.reload();
  await tab.appears('heading', '管理代理 Key (数据库存储模式)');
});

test('comes back to the same page when the session ended meanwhile', async () => {
  await open({ path: '/manage/tokens' });
  await tab.logIn();
  await tab.appears('heading', '访问令牌');
  tab.expectProblems(/status of 401/);
  await tab.page.context().clearCookies();
  await tab.appears('text', '登录已失效，请重新登录');
  assert.equal(new URL(tab.page.url()).pathname, '/manage/tokens');
  await tab.logIn();
  await tab.appears('heading', '访问令牌');
});

test('logs out', async () => {
  await open();
  await tab.logIn();
  await tab.press('button', '退出登录');
  await tab.appears('heading', '登录管理控制台');
  await tab.page.reload();
  await tab.appears('heading', '登录管理控制台');
});

test('speaks the browser’s language, switches, and remembers', async () => {
  await open({ locale: 'en-US' });
  await tab.appears('heading', 'Sign in to the console');
  await tab.type('Admin key', kAdminKey);
  await tab.press('button', 'Sign in');
  await tab.appears('heading', 'Manage proxy keys (database mode)');
  await tab.press('button', '切换到中文');
  await tab.appears('heading', '管理代理 Key (数据库存储模式)');
  await tab.page.reload();
  await tab.appears('heading', '管理代理 Key (数据库存储模式)');
  assert.equal(await tab.page.title(), '管理代理 Key (数据库存储模式)');
  await tab.press('button', 'Switch to English');
  await tab.appears('heading', 'Manage proxy keys (database mode)');
});

test('says that the server is lost, and finds it again by itself', async () => {
  await open();
  await tab.logIn();
  tab.expectProblems(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING|status of 401/);
  await stand.kill();
  await tab.appears('alert', /与服务器的连接已断开/);
  await tab.page.screenshot({ path: `${process.env.GEMINATE_ARTIFACTS}/console/server-lost.png` });
  await stand.revive();
  await tab.disappears('alert', /与服务器的连接已断开/);
  // Sessions live in the server's memory: where they did not survive, the login page says why it is there.
  await tab.idle();
  if ((await tab.find('heading', '登录管理控制台').count()) > 0) await tab.logIn();
  await tab.appears('heading', '管理代理 Key (数据库存储模式)');
});

test('draws nothing while nothing happens', async () => {
  await open();
  await tab.logIn();
  // A look at the server's list may fall into the second; three quiet ones in a row are not needed, one is.
  let drawn;
  for (let attempt = 0; attempt < 5; ++attempt) {
    await tab.idle();
    const before = await tab.frames();
    await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    drawn = (await tab.frames()) - before;
    if (drawn === 0) break;
  }
  assert.equal(drawn, 0);
});
