import type { FaultKind } from '../../../harness/kernel/fault.ts';
import { themeColor } from '../theme.ts';

/** The colours in which the timeline is drawn, read once per theme: reading them per frame is slow. */
export interface Palette {
  readonly ok: string;
  readonly fail: string;
  readonly info: string;
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly surface: string;
  readonly stripe: string;
  readonly accent: string;
  readonly onBar: string;
  readonly faults: Readonly<Record<FaultKind, string>>;
}

/** Reads the present theme. */
export function readPalette(): Palette {
  return {
    ok: themeColor('ok'),
    fail: themeColor('fail'),
    info: themeColor('info'),
    ink: themeColor('ink'),
    quiet: themeColor('quiet'),
    grid: themeColor('grid'),
    surface: themeColor('surface'),
    stripe: themeColor('stripe'),
    accent: themeColor('accent'),
    onBar: themeColor('on-bar'),
    faults: {
      partition: themeColor('partition'),
      kill: themeColor('kill'),
      pause: themeColor('pause'),
      clock: themeColor('clock'),
    },
  };
}
