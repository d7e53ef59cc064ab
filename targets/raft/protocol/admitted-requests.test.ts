import { describe, expect, it } from 'vitest';
import { AdmittedRequests } from './admitted-requests.ts';

describe('AdmittedRequests', () => {
  it('admits each request of a sender once, in any order', () => {
    const admitted = new AdmittedRequests();
    expect([3, 1, 3, 2, 1].map((sequence) => admitted.admit('a', sequence))).toEqual([true, true, false, true, false]);
    expect(admitted.admit('b', 1)).toBe(true);
    expect(admitted.mayHave('a', 2)).toBe(true);
    expect(admitted.mayHave('a', 4)).toBe(false);
    expect(admitted.mayHave('c', 1)).toBe(false);
  });

  it('takes what it has forgotten for admitted', () => {
    const admitted = new AdmittedRequests();
    for (let sequence = 2; sequence <= 10_000; sequence++) expect(admitted.admit('a', sequence)).toBe(true);
    expect(admitted.admit('a', 1)).toBe(false);
    expect(admitted.admit('a', 10_001)).toBe(true);
  });

  it('admits nothing of further senders once it knows too many', () => {
    const admitted = new AdmittedRequests();
    for (let sender = 0; sender < 256; sender++) expect(admitted.admit(`s${sender}`, 1)).toBe(true);
    expect(admitted.admit('one more', 1)).toBe(false);
    expect(admitted.admit('s0', 2)).toBe(true);
  });
});
