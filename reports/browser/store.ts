import { startCopyButtons } from './copy-buttons.ts';
import { startLiveRun } from './live-run.ts';
import { startRunChoice } from './run-choice.ts';
import { startTheme } from './theme.ts';

startTheme();
startCopyButtons();
startRunChoice();
startLiveRun();
document.documentElement.dataset['ready'] = '';
