/** What a consistency level means to somebody who uses the system, in one sentence. Undefined for names not known here. */
export function levelWords(level: string): string | undefined {
  return WORDS.get(level);
}

/** Names are those of the lattice of the check `guarantees`. */
const WORDS: ReadonlyMap<string, string> = new Map([
  [
    'linearizable',
    'It behaves like one machine: every answer shows everything that was acknowledged before the question.',
  ],
  [
    'sequential',
    'Everybody sees the same order of events, but perhaps late: a read may miss what others have just written.',
  ],
  [
    'causal-convergence',
    'Nobody sees an effect before its cause, and all agree on which of two simultaneous writes came last.',
  ],
  [
    'causal-memory',
    'Nobody sees an effect before its cause; simultaneous writes may look different to different clients.',
  ],
  ['causal', 'Nobody sees an effect before its cause.'],
  ['pram', "Each client's writes are seen in the order in which it made them."],
  ['read-your-writes', 'A client always sees what it wrote itself.'],
  ['monotonic-reads', 'A client never sees time run backwards.'],
  ['monotonic-writes', "A client's writes never overtake each other."],
  ['writes-follow-reads', 'What a client writes after a read comes after what it had read.'],
  ['regular', 'A read sees the last finished write, or one that is going on.'],
  ['safe', 'A read that no write overlaps sees the last finished write.'],
  ['two-atomic', 'A read sees one of the last two writes.'],
  ['convergent', 'Once nothing changes any more, all copies become equal; until then anything may be read.'],
]);
