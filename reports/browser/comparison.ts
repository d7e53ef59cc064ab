import { startCopyButtons } from './copy-buttons.ts';
import { startTheme } from './theme.ts';

startTheme();
startCopyButtons();
document.documentElement.dataset['ready'] = '';
