// The built server alone, in a folder of the caller's, with all that it writes kept.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const kPatience = 60_000;

export class ServerWithLog {
  static async start(folder, environment) {
    const server = new ServerWithLog();
    server.log = '';
    server.child = spawn(process.env.GEMINATE_SERVER, [], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: join(folder, 'data'), ...environment },
    });
    server.pid = server.child.pid;
    server.url = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`does not listen:\n${server.log}`)), kPatience);
      const read = (bytes) => {
        server.log += bytes;
        const found = server.log.match(/listening.*?(http:\/\/[\w.:[\]]+)/);
        if (!found) return;
        clearTimeout(late);
        resolve(found[1]);
      };
      server.child.stdout.on('data', read);
      server.child.stderr.on('data', read);
      server.child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${server.log}`)));
    });
    return server;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await gone;
  }
}
