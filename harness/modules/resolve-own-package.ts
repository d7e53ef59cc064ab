import { register } from 'node:module';

/** Runs in Node's loader thread, so it is text. Asks everybody else first: an installed faultline is the user's choice. */
const HOOK = `
let own;
export function initialize(data) { own = data.own; }
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    const isOurs = specifier === 'faultline' || specifier.startsWith('faultline/');
    if (!isOurs || error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return next(specifier, { ...context, parentURL: own });
  }
}
`;

let isRegistered = false;

/** Lets modules of the user import `faultline` where none is installed beside them: they get the one that runs. */
export function resolveOwnPackage(): void {
  if (isRegistered) return;
  isRegistered = true;
  register(`data:text/javascript,${encodeURIComponent(HOOK)}`, { data: { own: import.meta.url } });
}
