import { checkUp, type Finding } from '../doctor.ts';
import { printable, styled } from '../console.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface DoctorArgs {
  readonly json: boolean;
}

const OPTIONS: OptionMap = {
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
};

export const doctorCommand: Command<DoctorArgs> = {
  command: 'doctor',
  describe: 'what this machine can do: environments, faults, mechanisms, and what is missing',
  options: OPTIONS,
  positionals: [],
  run,
};

/** Exit code 0: a machine that can do less is not ill; what is missing is said. */
async function run(args: DoctorArgs, { console }: CommandContext): Promise<number> {
  const findings = await checkUp();
  if (args.json) console.printJson(findings);
  else console.print(findings.map(line).join('\n'));
  return 0;
}

function line({ subject, state, detail, remedy }: Finding): string {
  const mark = { ok: styled('green', 'ok  '), missing: styled('yellow', 'miss'), later: styled('dim', 'later') }[state];
  return `${mark}  ${subject.padEnd(26)} ${printable(detail)}${remedy === undefined ? '' : `\n      ${''.padEnd(26)} ${printable(remedy)}`}`;
}
