import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../src/platform/postgres/fixtures/launch.ts';
import type { Reply, Request, Started } from './crash-process.ts';

const PATIENCE_MS = 60_000;

/** Nobody answered: the program or its database went away in the middle. Whether it was done nobody knows. */
export class NoAnswer extends Error {}

type Question = Request extends infer R ? (R extends { nth: number } ? Omit<R, 'nth'> : never) : never;
type Waiting = { resolve(reply: Reply): void; reject(error: Error): void };

/** The program as its clients and its killer see it. */
export class Program {
  readonly urls: Started;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  private constructor(child: ChildProcess, urls: Started) {
    this.urls = urls;
    this.#child = child;
    this.#exited = once(child, 'exit').then(() => this.#giveUp());
    child.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.nth);
      this.#waiting.delete(reply.nth);
      if ('failed' in reply) waiting?.reject(reply.isAway ? new NoAnswer(reply.failed) : new Error(reply.failed));
      else waiting?.resolve(reply);
    });
  }

  static async start(folder: { dataDir: string; systemDir: string }): Promise<Program> {
    const child = fork(join(import.meta.dirname, 'crash-process.ts'), [folder.dataDir, folder.systemDir], {
      execArgv: [],
      serialization: 'advanced',
    });
    const tooLate = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const failed = once(child, 'exit').then(() => Promise.reject(new Error('the program did not start')));
    const [urls] = await Promise.race([once(child, 'message'), failed]);
    clearTimeout(tooLate);
    failed.catch(() => {});
    return new Program(child, urls as Started);
  }

  async ask(question: Question): Promise<Reply> {
    const nth = ++this.#asked;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    if (!this.#child.connected) throw new NoAnswer('the program is gone');
    this.#waiting.set(nth, { resolve, reject });
    this.#child.send({ nth, ...question }, (error) => error && reject(new NoAnswer(error.message)));
    const tooLate = setTimeout(() => reject(new Error('the program hangs')), PATIENCE_MS);
    return promise.finally(() => clearTimeout(tooLate));
  }

  /** The process of the database, once it answers. */
  async databasePid(): Promise<number> {
    let pid = 0;
    const answers = async () => {
      const reply = await this.ask({ ask: 'whether the database answers' }).catch((error: Error) => {
        if (!(error instanceof NoAnswer) || !this.#child.connected) throw error;
      });
      if (reply && 'pid' in reply) pid = reply.pid;
      return pid !== 0;
    };
    await until('the database answers', answers, PATIENCE_MS);
    return pid;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    const tooLate = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
    clearTimeout(tooLate);
  }

  #giveUp(): void {
    for (const { reject } of this.#waiting.values()) reject(new NoAnswer('the program was killed'));
    this.#waiting.clear();
  }
}

/** Kills PostgreSQL from one moment to the next: the server and every process of it, while others go on working. */
export async function killDatabase(pid: number): Promise<void> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  for (const [one, parent] of rows) {
    if (one !== pid && parent !== pid) continue;
    try {
      process.kill(one!, 'SIGKILL');
    } catch {
      // It has ended by itself since it was looked for.
    }
  }
}
