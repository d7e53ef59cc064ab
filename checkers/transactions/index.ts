export { listAppendChecker } from './list-append/check-list-append.ts';
