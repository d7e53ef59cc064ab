import { describe, expect, it } from 'vitest';
import type { Host } from '../harness/kernel/host.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import { GroupSync } from './hosted-group-sync.ts';

/** As much of a host as writes to a disk; syncs are completed by hand. */
function disk(): { readonly sync: GroupSync; readonly written: JsonValue[]; readonly tokens: number[] } {
  const written: JsonValue[] = [];
  const tokens: number[] = [];
  const host = {
    append: (record: JsonValue) => void written.push(record),
    rewrite: (records: readonly JsonValue[]) => void written.splice(0, written.length, ...records),
    sync: () => {
      tokens.push(tokens.length + 1);
      return tokens.length;
    },
  };
  // The class uses nothing else of a host.
  return { sync: new GroupSync(host as unknown as Host), written, tokens };
}

describe('GroupSync', () => {
  it('runs an action at once where everything is durable', () => {
    const { sync, tokens } = disk();
    const ran: string[] = [];
    sync.afterSync(() => ran.push('now'));
    expect(ran).toEqual(['now']);
    expect(tokens).toEqual([]);
  });

  it('runs actions in order, once what was written before them is durable', () => {
    const { sync, tokens } = disk();
    const ran: string[] = [];
    sync.append('a');
    sync.afterSync(() => ran.push('a'));
    sync.append('b');
    sync.afterSync(() => ran.push('b'));
    sync.append('c');
    sync.afterSync(() => ran.push('c'));
    expect(tokens).toEqual([1]);
    sync.onSynced(1);
    expect(ran).toEqual(['a']);
    // What was written while the disk was busy shares the next sync.
    expect(tokens).toEqual([1, 2]);
    sync.onSynced(2);
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(tokens).toEqual([1, 2]);
  });

  it('lets an action that wrote nothing wait for what was written before it', () => {
    const { sync } = disk();
    const ran: string[] = [];
    sync.append('a');
    sync.afterSync(() => ran.push('a'));
    sync.afterSync(() => ran.push('after a'));
    expect(ran).toEqual([]);
    sync.onSynced(1);
    expect(ran).toEqual(['a', 'after a']);
  });

  it('lets no action overtake one that still waits', () => {
    const { sync } = disk();
    const ran: string[] = [];
    sync.append('a');
    sync.afterSync(() => {
      ran.push('a');
      sync.afterSync(() => ran.push('from within a'));
    });
    sync.append('b');
    sync.afterSync(() => ran.push('b'));
    sync.onSynced(1);
    expect(ran).toEqual(['a']);
    sync.onSynced(2);
    expect(ran).toEqual(['a', 'b', 'from within a']);
  });

  it('ignores the token of a sync that is not its own', () => {
    const { sync } = disk();
    const ran: string[] = [];
    sync.append('a');
    sync.afterSync(() => ran.push('a'));
    sync.onSynced(99);
    expect(ran).toEqual([]);
  });
});
