import type { MiddlewareHandler } from 'hono';

/** Names under which this machine reaches its own server. Another one in `Host` means that a foreign site's name was pointed here. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i;

/**
 * What every request passes: it must be a GET or HEAD, and name this machine as its host, so that no web page can read the
 * store by giving its own name our address. Every answer forbids framing, sniffing, caching, and reading by other sites.
 */
export function guard(): MiddlewareHandler {
  return async (context, next) => {
    if (!OWN_HOST.test(context.req.header('host') ?? '')) {
      context.res = context.text('this server answers to 127.0.0.1 and localhost only\n', 403);
    } else if (context.req.method !== 'GET' && context.req.method !== 'HEAD') {
      context.res = context.text('this server only shows: GET and HEAD\n', 405, { Allow: 'GET, HEAD' });
    } else {
      await next();
    }
    for (const [name, value] of HEADERS) context.res.headers.set(name, value);
    if (!context.res.headers.has('Content-Security-Policy')) {
      context.res.headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    }
  };
}

const HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cache-Control', 'no-store'],
];
