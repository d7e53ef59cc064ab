import type { Command, OptionMap } from './command.ts';
const OPTIONS: OptionMap = {};
export const quickstartCommand: Command<Record<string, never>> = {
  command: 'quickstart',
  describe: 'x',
  options: OPTIONS,
  positionals: [],
  run: async () => 0,
};
