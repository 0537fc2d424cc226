/** Somebody's browser without scripts: it keeps its session, and follows nothing by itself. */
export type Visitor = {
  /** `site` is the program that is asked, of those there are. */
  get(path: string, site: number): Promise<Answer>;
  post(path: string, fields: Record<string, string>, site: number, patienceMs?: number): Promise<Answer>;
};

export type Answer = { status: number; text: string; to: string };

const PATIENCE_MS = 60_000;

/** A browser that was let in by a link. */
export async function signedIn(link: string, sites: readonly string[]): Promise<Visitor> {
  const entered = await fetch(new URL(new URL(link).pathname, sites[0]), {
    method: 'POST',
    body: new URLSearchParams(),
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  await entered.body?.cancel();
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0];
  if (entered.status !== 303 || !cookie) throw new Error(`a link answered ${entered.status}`);
  const ask = async (path: string, site: number, init: RequestInit, patienceMs = PATIENCE_MS): Promise<Answer> => {
    const answer = await fetch(new URL(path, sites[site]), {
      ...init,
      redirect: 'manual',
      headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' },
      signal: AbortSignal.timeout(patienceMs),
    });
    return await read(answer);
  };
  return {
    get: (path, site) => ask(path, site, {}),
    post: (path, fields, site, patienceMs) =>
      ask(path, site, { method: 'POST', body: new URLSearchParams(fields) }, patienceMs),
  };
}

/** A form that somebody without a session sends, as on the gateway's pages. */
export async function sendForm(url: string, fields: Record<string, string>): Promise<Answer> {
  const body = new URLSearchParams(fields);
  return await read(
    await fetch(url, { method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) }),
  );
}

async function read(answer: Response): Promise<Answer> {
  return { status: answer.status, text: await answer.text(), to: answer.headers.get('location') ?? '' };
}
