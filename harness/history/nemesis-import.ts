import type { FaultEvent, FaultKind } from '../kernel/fault.ts';
import type { JsonValue } from '../kernel/json.ts';

interface OpenFault {
  readonly faultId: string;
  readonly kind: FaultKind;
}

/** Names by which Jepsen's nemeses begin and end faults. `start` and `stop` alone mean the nemesis that cuts networks. */
const BEGINNINGS: readonly (readonly [RegExp, FaultKind])[] = [
  [/^(start-)?partition|^(isolate|cut|drop)\b|^start$/, 'partition'],
  [/^(start-)?(kill|crash)|^kill-/, 'kill'],
  [/^(start-)?pause|^hammer|^sigstop/, 'pause'],
  [/^(bump|strobe|skew|scramble|slew)|^start-clock/, 'clock'],
];
const ENDINGS: readonly (readonly [RegExp, FaultKind | undefined])[] = [
  [/^(stop-partition|recover|heal)/, 'partition'],
  [/^(restart|stop-kill|start$)/, 'kill'],
  [/^(resume|stop-pause|sigcont)/, 'pause'],
  [/^(reset|stop-clock)/, 'clock'],
  [/^stop$/, undefined],
];

/**
 * Maps the entries of Jepsen's nemesis onto fault events. The nemesis writes two entries per action, both `info`: before and
 * after. What kind of fault an action is can only be guessed from its name; unknown ones are counted in {@link ignored}.
 */
export class NemesisImport {
  readonly faults: FaultEvent[] = [];
  readonly ignored: Map<string, number> = new Map();
  readonly #pending = new Map<string, OpenFault & { readonly ends: boolean }>();
  readonly #open: OpenFault[] = [];
  #count = 0;

  add(f: string, value: JsonValue, timeNs: number): void {
    const pending = this.#pending.get(f);
    if (pending !== undefined) {
      this.#pending.delete(f);
      this.#push(pending, pending.ends ? 'healed' : 'unverified', timeNs, value);
      return;
    }
    const ending = this.#endingOf(f);
    const kind = ending === undefined ? BEGINNINGS.find(([name]) => name.test(f))?.[1] : undefined;
    if (ending !== undefined) {
      this.#open.splice(this.#open.indexOf(ending), 1);
      this.#pending.set(f, { ...ending, ends: true });
      this.#push(ending, 'healing', timeNs, value);
    } else if (kind !== undefined) {
      const fault = { faultId: `nemesis-${++this.#count}`, kind };
      this.#open.push(fault);
      this.#pending.set(f, { ...fault, ends: false });
      this.#push(fault, 'requested', timeNs, value);
    } else {
      const what = `nemesis entry ${f}`;
      this.ignored.set(what, (this.ignored.get(what) ?? 0) + 1);
    }
  }

  /** The latest open fault that `f` ends. */
  #endingOf(f: string): OpenFault | undefined {
    const ending = ENDINGS.find(([name]) => name.test(f));
    if (ending === undefined) return undefined;
    const [, kind] = ending;
    return this.#open.findLast((fault) => kind === undefined || fault.kind === kind);
  }

  #push(
    { faultId, kind }: OpenFault,
    phase: 'requested' | 'unverified' | 'healing' | 'healed',
    timeNs: number,
    value: JsonValue,
  ): void {
    const detail = value === null ? 'the nemesis said nothing' : `the nemesis said ${JSON.stringify(value)}`;
    const observed = phase === 'unverified' || phase === 'healed';
    this.faults.push({
      faultId,
      kind,
      phase,
      timeNs,
      ...(observed
        ? { observation: { phase, probe: 'none', firstSeenNs: timeNs, lastSeenNs: timeNs, detail } }
        : { reason: detail }),
    });
  }
}
