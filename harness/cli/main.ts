#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';

// Exit by code, not by process.exit: whatever is still being written to a pipe gets out first.
process.exitCode = await runCommandLine(process.argv.slice(2));
