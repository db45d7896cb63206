// The console in front of a large pool: CPU of the page's main thread for what a person does, as Chromium's tracing
// counts it, and CPU of the server for logging in again. tools/bench --console runs it.
import { readFileSync, readdirSync } from 'node:fs';
import { Console, launch } from '../browser/console.mjs';
import { Stand, kAdminKey, kClientToken } from '../browser/stand.mjs';

const kRows = Number(process.argv[2] ?? 100_000);
const kSlice = 20_000;  // keys an import brings
const kWords = ['main', 'backup', 'batch', 'image', 'trial', 'night'];

function keyText(number) {
  return `AIzaBench${String(number).padStart(8, '0')}${((number * 2654435761) >>> 0).toString(36).padStart(7, 'x')}`;
}

// Keys in projects of a thousand, with tags and limits, some of them disabled.
async function fill(stand) {
  const post = (path, body) => stand.api(path, { method: 'POST', body: JSON.stringify(body) });
  for (let first = 0; first < kRows; first += kSlice) {
    const numbers = Array.from({ length: Math.min(kSlice, kRows - first) }, (_, i) => first + i);
    const result = await post('/api/manage/keys/import', { text: numbers.map(keyText).join('\n') });
    if (result.added !== numbers.length) throw new Error(`import: ${JSON.stringify(result).slice(0, 300)}`);
  }
  const ids = (await stand.keys()).map((key) => key.id);
  for (let first = 0, group = 0; first < ids.length; first += 1000, ++group) {
    const some = ids.slice(first, first + 1000);
    await post('/api/manage/keys/bulk', { ids: some, action: 'set_project', value: `project-${group}` });
    await post('/api/manage/keys/bulk', { ids: some, action: 'set_tags', value: kWords[group % kWords.length] });
    if (group % 3 === 0) await post('/api/manage/keys/bulk', { ids: some, action: 'set_tokens_per_day', value: '1000000' });
    if (group % 10 === 9) await post('/api/manage/keys/bulk', { ids: some, action: 'disable' });
  }
}

// Milliseconds of CPU of each task of the page's main thread while `work` runs. `soon`: of those that began within
// kSoon milliseconds.
const kSoon = 130;
async function tasksOf(tab, work) {
  const devtools = await tab.page.context().newCDPSession(tab.page);
  const events = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await devtools.send('Tracing.start', { transferMode: 'ReportEvents', categories: '-*,devtools.timeline,disabled-by-default-devtools.timeline,__metadata' });
  const result = await work();
  const done = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await done;
  await devtools.detach();
  // The busiest of the renderers' main threads is the page's.
  const threads = new Map();
  for (const { ph, name, args, pid, tid } of events)
    if (ph === 'M' && name === 'thread_name' && args.name === 'CrRendererMain') threads.set(`${pid}.${tid}`, []);
  for (const { ph, name, ts, tdur, pid, tid } of events)
    if (ph === 'X' && name === 'RunTask' && tdur !== undefined) threads.get(`${pid}.${tid}`)?.push({ ms: tdur / 1000, ts });
  const frames = events.filter(({ ph, name, tdur }) => ph === 'X' && name === 'FireAnimationFrame' && tdur !== undefined)
    .map(({ tdur }) => tdur / 1000).sort((a, b) => a - b);
  const sumOf = (some) => some.reduce((sum, { ms }) => sum + ms, 0);
  const busiest = [...threads.values()].sort((a, b) => sumOf(b) - sumOf(a))[0] ?? [];
  const begin = Math.min(...busiest.map(({ ts }) => ts));
  const soon = sumOf(busiest.filter(({ ts }) => ts < begin + kSoon * 1000));
  const tasks = busiest.map(({ ms }) => ms).sort((a, b) => b - a);
  return { result, sum: sumOf(busiest), soon, longest: tasks[0] ?? 0, tasks, frames };
}

// Milliseconds of CPU that a process and its threads have used.
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const say = (name, text) => console.log(`${name.padEnd(46)} ${text}`);
const ms = (value) => `${value.toFixed(1)} ms`;

async function loginCost(tab) {
  const server = tab.stand.server.pid;
  const before = cpuOf(server);
  const begun = Date.now();
  const { sum, longest, result } = await tasksOf(tab, async () => {
    await tab.type('管理员密钥', kAdminKey);
    const pressed = Date.now();
    await tab.key('Enter');
    await tab.page.getByRole('row').first().waitFor({ state: 'attached' });
    return Date.now() - pressed;
  });
  await tab.idle();
  return { wall: result, sum, longest, server: cpuOf(server) - before, begun };
}

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A keystroke until its rows stand, and with what is asked for when the typing rests (what the rows in sight show).
async function typing(tab, text) {
  await tab.focus('搜索 Key');
  const costs = [];
  for (const letter of text) {
    const { sum, soon } = await tasksOf(tab, async () => {
      await tab.page.keyboard.type(letter);
      await rest(400);  // asking the page whether it is idle would be measured as well
    });
    costs.push(`${soon.toFixed(1)} (${sum.toFixed(1)})`);
  }
  return costs;
}

async function scrolling(tab) {
  await tab.page.mouse.move(600, 600);
  const before = await tab.frames();
  const { sum, tasks, frames } = await tasksOf(tab, async () => {
    for (let turn = 0; turn < 60; ++turn) {
      await tab.page.mouse.wheel(0, 400);
      await rest(100);
    }
  });
  return { frames: (await tab.frames()) - before, sum, longest: tasks[0], median: frames[frames.length >> 1], worst: frames.at(-1) };
}

// Requests through the proxy, many at once, until told to stop.
function traffic(stand, lanes) {
  const state = { going: true, served: 0 };
  const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hello' }] }] });
  const lane = async () => {
    while (state.going) {
      const answer = await fetch(`${stand.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
        method: 'POST', body, headers: { 'content-type': 'application/json', 'x-goog-api-key': kClientToken },
      });
      await answer.arrayBuffer();
      ++state.served;
    }
  };
  state.all = Promise.all(Array.from({ length: lanes }, lane));
  return state;
}

async function live(tab) {
  const seconds = 10;
  const load = traffic(tab.stand, 32);
  const before = await tab.frames();
  const { sum, longest, tasks } = await tasksOf(tab, () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
  const frames = (await tab.frames()) - before;
  load.going = false;
  await load.all;
  return { rate: load.served / seconds, frames, sum, longest, over: tasks.filter((task) => task > 16).length };
}

const stand = await Stand.start('database');
const browser = await launch();
try {
  await fill(stand);
  const open = async () => {
    const tab = await Console.open(browser, stand, { size: { width: 1440, height: 900 } });
    return tab;
  };
  let tab = await open();
  const first = await loginCost(tab);
  say('login to rows, the first', `${first.wall} ms; page ${ms(first.sum)} CPU, longest task ${ms(first.longest)}; server ${first.server} ms CPU`);
  await tab.close();
  tab = await open();
  const again = await loginCost(tab);
  say('login to rows, again', `${again.wall} ms; page ${ms(again.sum)} CPU, longest task ${ms(again.longest)}; server ${again.server} ms CPU`);
  const keys = await typing(tab, 'bench');
  say('ms a keystroke in the filter (and all after it)', keys.join(', '));
  await tab.clear('搜索 Key');
  await rest(1000);  // what clearing brings into sight is asked for
  const query = await typing(tab, 'project-1');
  say('  project-1', query.join(', '));
  await tab.clear('搜索 Key');
  const scroll = await scrolling(tab);
  say('scrolling', `${scroll.frames} frames, ${ms(scroll.median)} each (median), worst ${ms(scroll.worst)}; with all around ${ms(scroll.sum / scroll.frames)}`);
  const busy = await live(tab);
  say('live changes', `${busy.rate.toFixed(0)}/s, ${busy.frames} frames in 10 s, ${ms(busy.sum)} CPU, longest task ${ms(busy.longest)}, ${busy.over} over 16 ms`);
  const memory = await tab.page.evaluate(() => window.geminate.memory?.() ?? 0);
  say('memory of the program in the browser', `${(memory / 1048576).toFixed(0)} MiB`);
  const heap = await (await tab.page.context().newCDPSession(tab.page)).send('Runtime.getHeapUsage');
  say('  of JavaScript beside it', `${(heap.usedSize / 1048576).toFixed(0)} MiB`);
} finally {
  await browser.close();
  await stand.stop();
}
