/** Answers a request, as `serve` asks for it. */
type Answer<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Response | Promise<Response>;

export type Finishing<Rest extends unknown[]> = {
  answer: Answer<Rest>;
  /**
   * From now on whoever asks is told to come again (503), for connections are kept open. Comes back when all that was being
   * answered has been, or after `limitMs`: true when nothing was left.
   */
  finish(limitMs: number): Promise<boolean>;
};

/**
 * Lets what is being answered come to its end before the program does: what a browser waits for, it gets. `isPart` of it is
 * a request that the program makes to itself meanwhile, and is answered too.
 */
export function finishing<Rest extends unknown[]>(
  answer: Answer<Rest>,
  isPart: (path: string) => boolean = () => false,
): Finishing<Rest> {
  let isEnding = false;
  let running = 0;
  let nothingLeft = () => {};
  return {
    async answer(request, ...rest) {
      if (isEnding && !isPart(new URL(request.url).pathname)) return comeAgain();
      running += 1;
      try {
        return await answer(request, ...rest);
      } finally {
        running -= 1;
        if (running === 0) nothingLeft();
      }
    },
    async finish(limitMs) {
      isEnding = true;
      if (running === 0) return true;
      let limit: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        nothingLeft = resolve;
        limit = setTimeout(resolve, limitMs);
      });
      clearTimeout(limit);
      return running === 0;
    },
  };
}

function comeAgain(): Response {
  return new Response('Roost is restarting. Try again in a moment.\n', {
    status: 503,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '1', Connection: 'close' },
  });
}
