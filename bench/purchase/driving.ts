import { Agent, request } from 'node:http';

/** An answer as a browser that follows nothing sees it. */
export type Answer = { status: number; location: string; cookies: string[]; body: string };

/** Connections are kept, as browsers keep them. */
const agent = new Agent({ keepAlive: true });

type Sending = { cookie?: string; form?: Record<string, string> };

/** Sends what a browser would: a GET, or a form of a page of the same site. */
function send(url: string, { cookie, form }: Sending = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const body = form && new URLSearchParams(form).toString();
  const headers = {
    Accept: 'text/html,application/xhtml+xml',
    'Accept-Language': 'en-GB,en;q=0.9',
    'User-Agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    ...(cookie && { Cookie: cookie }),
    ...(body !== undefined && {
      Origin: new URL(url).origin,
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': 'navigate',
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  };
  const asked = request(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (more) => {
      text += more;
    });
    answer.on('error', reject);
    answer.on('end', () =>
      resolve({
        status: answer.statusCode!,
        location: answer.headers.location ?? '',
        cookies: answer.headers['set-cookie'] ?? [],
        body: text,
      }),
    );
  });
  asked.on('error', reject);
  asked.end(body ?? '');
  return promise;
}

/** The same, where only one kind of answer will do. */
export async function sendExpecting(status: number, url: string, sending: Sending = {}): Promise<Answer> {
  const answer = await send(url, sending);
  if (answer.status !== status) throw new Error(`${url} answered ${answer.status}: ${answer.body.slice(0, 500)}`);
  return answer;
}

export function closeConnections(): void {
  agent.destroy();
}
