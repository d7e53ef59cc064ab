import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunFolder, discardRunFolder } from './run-folder.ts';

let store: string;
beforeEach(() => {
  store = path.join(mkdtempSync(path.join(tmpdir(), 'faultline-folder-')), 'store');
});
afterEach(() => rmSync(path.dirname(store), { recursive: true, force: true }));

const at = (second: number): Date => new Date(Date.UTC(2030, 0, 1, 0, 0, second));

describe('a run that never began', () => {
  it('leaves nothing, not even the store that was made for it', () => {
    const folder = createRunFolder(store, 'raft-register-sim', at(1), '7');
    expect(existsSync(folder.logsDirectory)).toBe(true);
    discardRunFolder(store, folder);
    expect(existsSync(store)).toBe(false);
  });

  it('leaves the runs beside it, and no link that points nowhere', () => {
    const kept = createRunFolder(store, 'raft-register-sim', at(1), '7');
    const other = createRunFolder(store, 'gossip-set-sim', at(2), '7');
    discardRunFolder(store, createRunFolder(store, 'raft-register-sim', at(3), '7'));
    expect(existsSync(kept.logsDirectory)).toBe(true);
    expect(existsSync(other.logsDirectory)).toBe(true);
    const parent = path.dirname(kept.directory);
    expect(readdirSync(parent)).toEqual([path.basename(kept.directory)]);
    expect(readdirSync(store).sort()).toEqual(['gossip-set-sim', 'raft-register-sim']);
  });

  it('does not take away the links to a run that began after it', () => {
    const never = createRunFolder(store, 'raft-register-sim', at(1), '7');
    const later = createRunFolder(store, 'raft-register-sim', at(2), '8');
    discardRunFolder(store, never);
    expect(readlinkSync(path.join(path.dirname(later.directory), 'latest'))).toBe(path.basename(later.directory));
    expect(existsSync(path.join(store, 'latest'))).toBe(true);
  });
});
