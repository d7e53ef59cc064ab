#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { runCommandLine } from './command-line.ts';
import { EXIT_INTERRUPTED, EXIT_USAGE } from './exit-codes.ts';

let isOver = false;
// A module of the user's may call process.exit, or wait for ever: Node then ends with a code that means something else here.
process.once('exit', (code) => {
  if (isOver || code === EXIT_INTERRUPTED) return;
  writeSync(
    2,
    'faultline: ended before the work was done: a loaded module called process.exit or awaits what never comes\n',
  );
  process.exitCode = EXIT_USAGE;
});

// Exit by code, not by process.exit: whatever is still being written to a pipe gets out first.
process.exitCode = await runCommandLine(process.argv.slice(2));
isOver = true;
