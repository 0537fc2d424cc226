export type ContentSecurityPolicyOptions = {
  /** Origins besides our own that a form may be sent to. */
  formAction?: string[];
};

/** The policy of every page: only our own files, nothing inline, no frames around us. */
export function contentSecurityPolicy(options: ContentSecurityPolicyOptions = {}): string {
  for (const origin of options.formAction ?? []) {
    if (new URL(origin).origin !== origin) throw new Error(`form-action takes an origin, not ${origin}`);
  }
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    ["form-action 'self'", ...(options.formAction ?? [])].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
