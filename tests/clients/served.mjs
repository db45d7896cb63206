// A simulator and a server in front of it, as two processes on free ports, for one test file. Given the address of
// another upstream, the server alone.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const kToken = 'client-token-for-the-tests';
export const kModel = 'gemini-2.5-flash';
const kPatience = 60_000;

// The text behind `pattern` in what the process writes to `stream`, once it is there.
function announced(child, stream, pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`${child.spawnfile} says nothing useful:\n${text}`)), kPatience);
    child[stream].on('data', (bytes) => {
      text += bytes;
      const found = text.match(pattern);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}:\n${text}`)));
  });
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.on('exit', resolve));
}

export class Served {
  static async start({ keys = 'demo-key-one,demo-key-two', environment = {}, upstream } = {}) {
    const served = new Served();
    try {
      await served.#launch(keys, environment, upstream);
    } catch (error) {
      await served.stop();
      throw error;
    }
    return served;
  }

  async #launch(keys, environment, upstream) {
    for (const name of ['GEMINATE_SIMULATOR', 'GEMINATE_SERVER']) {
      if (!process.env[name]) throw new Error(`${name} must name the built program (ctest sets it)`);
    }
    this.folder = mkdtempSync(join(tmpdir(), 'geminate-clients-'));
    if (!upstream) {
      this.simulator = spawn(process.env.GEMINATE_SIMULATOR, [], { stdio: ['ignore', 'pipe', 'inherit'] });
      this.simulatorUrl = 'http://' + (await announced(this.simulator, 'stdout', /listening on (\S+)/));
    }
    this.server = spawn(process.env.GEMINATE_SERVER, [], {
      cwd: this.folder,
      stdio: ['ignore', 'inherit', 'pipe'],
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        DATA_DIR: join(this.folder, 'data'),
        CLIENT_TOKENS: kToken,
        ADMIN_API_KEY: 'admin-secret-for-the-tests',
        GEMINI_API_KEYS: keys,
        GEMINI_BASE_URL: upstream ?? this.simulatorUrl,
        ...environment,
      },
    });
    // Shown when a test fails: ctest prints what a failed test has written.
    this.server.stderr.pipe(process.stderr);
    this.url = await announced(this.server, 'stderr', /listening.*?(http:\/\/[\w.:[\]]+)/);
  }

  async stats() {
    return (await fetch(this.simulatorUrl + '/_simulator/stats')).json();
  }

  // The requests that reached the simulator.
  async seen() {
    return (await (await fetch(this.simulatorUrl + '/_simulator/requests')).json()).requests;
  }

  async reset() {
    await fetch(this.simulatorUrl + '/_simulator/reset', { method: 'POST' });
  }

  // "From now on requests are answered like that"; see the simulator's behaviour.h for the words.
  async script(behaviour, times) {
    const answer = await fetch(this.simulatorUrl + '/_simulator/script', {
      method: 'POST',
      body: JSON.stringify({ behaviour, times }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  // Asks until `wanted(stats)` holds; says whether it did within `limit` milliseconds.
  async statsBecome(wanted, limit) {
    const end = Date.now() + limit;
    do {
      if (wanted(await this.stats())) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    } while (Date.now() < end);
    return false;
  }

  async stop() {
    for (const child of [this.server, this.simulator]) {
      if (!child || child.pid === undefined) continue;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended(child);
      clearTimeout(force);
    }
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}
