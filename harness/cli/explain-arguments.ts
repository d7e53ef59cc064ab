/**
 * Says in one line what is wrong with a command line and what was expected, from what yargs says of it. `usages` are the
 * commands in yargs' syntax, for example `report <run>`.
 */
export function explainArguments(message: string, argv: readonly string[], usages: readonly string[]): string {
  const name = argv.find((word) => !word.startsWith('-')) ?? '';
  const usage = usages.find((each) => commandOf(each) === name);
  const [first = '', second = ''] = message.split('\n');
  if (usage === undefined) return explainCommand(first, name, usages);
  if (argv[0]?.startsWith('-') === true) return `options come after the command: faultline ${name} ... ${argv[0]}`;
  if (first.startsWith('Not enough non-option arguments')) {
    const expected = usage.match(/<[^>]+>/g)?.join(' ') ?? 'more arguments';
    return `expected ${expected}: faultline ${usage}`;
  }
  const missing = /^Not enough arguments following: (.+)$/.exec(first);
  if (missing !== null) return `--${missing[1]} expects a value`;
  const unknown = /^Unknown (?:arguments?|commands?): (.+)$/.exec(first);
  if (unknown !== null) return explainUnknown(unknown[1]?.split(', ') ?? [], argv, usage);
  const choice = /^\s*Argument: (.+), Given: (.+), Choices: (.+)$/.exec(second);
  if (choice !== null) {
    const [, name = '', given, choices = ''] = choice;
    const called = isOption(name, argv) ? `--${name}` : name.toUpperCase();
    return `${called} expects one of ${choices.replaceAll('"', '')}, got ${given}`;
  }
  const notNumber = /^--(\S+) expects .*got NaN$/.exec(first);
  if (notNumber === null) return first;
  return first.replace(/NaN$/, JSON.stringify(valueOf(notNumber[1] ?? '', argv) ?? ''));
}

function explainCommand(message: string, name: string, usages: readonly string[]): string {
  if (name === '') return message;
  const guess = /^Did you mean (.+)\?$/.exec(message)?.[1];
  const hint = guess === undefined ? `expected one of ${usages.map(commandOf).join(', ')}` : `did you mean ${guess}?`;
  return `unknown command ${JSON.stringify(name)}; ${hint}`;
}

function explainUnknown(names: readonly string[], argv: readonly string[], usage: string): string {
  const options = names.filter((name) => isOption(name, argv));
  const command = `faultline ${commandOf(usage)}`;
  if (options.length > 0) {
    return `${command} has no option ${options.map((name) => `--${name}`).join(', ')}; see ${command} --help`;
  }
  return `unexpected ${names.map((name) => JSON.stringify(name)).join(', ')}; expected faultline ${usage}`;
}

function isOption(name: string, argv: readonly string[]): boolean {
  return argv.some((word) => [`--${name}`, `--no-${name}`, `-${name}`].includes(word.split('=')[0] ?? ''));
}

/** What was typed for an option, the last one where there are several. */
function valueOf(option: string, argv: readonly string[]): string | undefined {
  const at = argv.findLastIndex((word) => word === `--${option}` || word.startsWith(`--${option}=`));
  const word = argv[at];
  if (word === undefined) return undefined;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[at + 1];
}

function commandOf(usage: string): string {
  return usage.split(' ')[0] ?? usage;
}
