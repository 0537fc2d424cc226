import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STARTS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 15_000;

/** What a program may say that is no complaint: things go wrong on purpose, and it says so. */
const EXPECTED = /^(payment\.(not-opened|unknown|no-answer)|refund\.no-answer|gateway\.(not-compared|does-not-send))$/;

/** A busy machine: whoever asked was told to try again later, and nothing was begun. */
const TOO_BUSY = /^timeout exceeded when trying to connect$/;

/** The real program in a process of its own, at an address that it keeps when it is started again. */
export class Roost {
  /** What nobody should ever read in a log. */
  readonly complaints: string[] = [];
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'roost-proof-program-'));
  readonly #settings: Record<string, string>;
  #child: ChildProcess | undefined;
  #port = '0';

  private constructor(settings: Record<string, string>) {
    this.#settings = settings;
  }

  static async start(settings: Record<string, string>): Promise<Roost> {
    const roost = new Roost(settings);
    await roost.start();
    return roost;
  }

  /** Where clients reach it. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it again, with some settings changed. */
  async start(changes: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, ['--enable-source-maps', 'build/main.js', 'start'], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: this.#port,
        DATA_DIR: this.#dataDir,
        ...this.#settings,
        ...changes,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    this.#listenTo(child);
    const said = await firstWords(child, () => this.complaints.join('\n'));
    this.#port = new URL(said).port;
  }

  /** Ends it from one moment to the next, as a power cut does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it in good order: rounds of its loops come to their end. */
  async stop(withinMs = ENDS_WITHIN_MS): Promise<void> {
    await this.#end('SIGTERM', withinMs);
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM', withinMs = ENDS_WITHIN_MS): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const tooLate = setTimeout(() => child.kill('SIGKILL'), withinMs);
    await ended;
    clearTimeout(tooLate);
  }

  #listenTo(child: ChildProcess): void {
    let rest = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (isComplaint(line)) this.complaints.push(line.slice(0, 600));
    });
  }
}

/** Runs a command beside the program, as whoever looks after the machine does. */
export async function command(
  settings: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'roost-proof-command-'));
  const child = spawn(process.execPath, ['--enable-source-maps', 'build/main.js', ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', DATA_DIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  return { code: code as number, said };
}

/** The address that it prints when it has started. */
async function firstWords(child: ChildProcess, complaints: () => string): Promise<string> {
  const tooLate = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS);
  try {
    return await new Promise((resolve, reject) => {
      let greeting = '';
      child.once('exit', () => reject(new Error(`the program did not start\n${greeting}${complaints()}`)));
      child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        greeting += text;
        const [url] = /http:\/\/localhost:\d+/.exec(greeting) ?? [];
        if (url) resolve(url);
      });
    });
  } finally {
    clearTimeout(tooLate);
  }
}

function isComplaint(line: string): boolean {
  try {
    const { level, event, message = '' } = JSON.parse(line) as { level: string; event: string; message?: string };
    return level !== 'info' && !EXPECTED.test(event) && !TOO_BUSY.test(message);
  } catch {
    return line.trim() !== '';
  }
}
