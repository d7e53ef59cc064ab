import { startCopyButtons } from './copy-buttons.ts';
import { startLiveReload } from './live-reload.ts';
import { startRunTable } from './run-table.ts';
import { startTheme } from './theme.ts';

startTheme();
startCopyButtons();
startRunTable();
startLiveReload();
document.documentElement.dataset['ready'] = '';
