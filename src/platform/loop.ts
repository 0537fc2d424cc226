import type { Log } from './core.ts';

/** Work that is done again and again: one round at a time, the next `everyMs` after the last one ended. */
export type Loop = { stop(): Promise<void> };

/** Starts a loop. A round that throws is logged and does not end it. */
export function startLoop(name: string, everyMs: number, log: Log, round: () => Promise<unknown>): Loop {
  let stopped = false;
  let wake = () => {};
  const done = (async () => {
    while (!stopped) {
      try {
        await round();
      } catch (error) {
        log('warn', 'loop.failed', { loop: name, message: (error as Error).message });
      }
      if (stopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    stop() {
      stopped = true;
      wake();
      return done;
    },
  };
}
