export { composeTarget } from './compose-target.ts';
export { loadClient } from './compose-client.ts';
