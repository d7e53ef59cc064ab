import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Hono, type Context } from 'hono';
import { renderCampaign } from '../../reports/index.ts';
import { campaignFolder, readCampaignRecord } from '../campaign/campaign-folder.ts';
import { isHarnessError } from '../kernel/harness-error.ts';
import { readRunRequest } from '../store/read-run-request.ts';
import { readRunRecord, runFolder } from '../store/run-folder.ts';
import { CampaignCards } from './campaign-cards.ts';
import { compareStored } from './compare-stored.ts';
import { deliverFile, fileHeaders } from './deliver-file.ts';
import { guard } from './guard.ts';
import { campaignsPage } from './pages/campaigns-page.ts';
import { problemPage } from './pages/problem-page.ts';
import { finishedRunPage, liveRunPage, type ShownRun } from './pages/run-page.ts';
import { runsPage } from './pages/runs-page.ts';
import type { StorePage } from './pages/store-page.ts';
import { TREND_POINTS_MAX, trendPage } from './pages/trend-page.ts';
import { readLiveRun } from './read-live-run.ts';
import { parseRunQuery } from './run-query.ts';
import { StoreIndex } from './store-index.ts';
import { findInStore, type StorePath } from './store-path.ts';

/**
 * The web UI over a store: lists, trends, comparisons, runs in progress, and the store's files. It only reads.
 *
 * @param store the store's path without symbolic links
 */
export function storeApp(store: string): Hono {
  const index = new StoreIndex(store);
  const cards = new CampaignCards(store);
  const app = new Hono();
  app.use(guard());
  app.get('/', async (context) => page(context, runsPage(await index.content(), parseRunQuery(parametersOf(context)))));
  app.get('/trend', async (context) => {
    const parameters = parametersOf(context);
    const by = parameters.get('by') === 'day' ? 'day' : 'run';
    const { runs } = await index.content();
    return page(context, trendPage(runs, { by, target: parameters.get('target') ?? '', pointsMax: TREND_POINTS_MAX }));
  });
  app.get('/campaigns', async (context) => {
    const { campaigns } = await index.content();
    return page(context, campaignsPage(cards.list(campaigns)));
  });
  app.get('/compare', (context) => comparison(context, store));
  app.get('/run/*', (context) => runPage(context, store));
  app.get('/live/*', (context) => liveState(context, store));
  app.get('/files/*', async (context) => await file(context, store));
  app.notFound((context) => page(context, problemPage('Not found', 'There is no such page here.'), 404));
  app.onError((error, context) => {
    if (isHarnessError(error)) return page(context, problemPage('Not possible', error.message), 422);
    return page(
      context,
      problemPage('An error of this server', 'Please report it: it said nothing more to this page.'),
      500,
    );
  });
  return app;
}

function page(context: Context, { text, policy }: StorePage, status: 200 | 400 | 404 | 422 | 500 = 200): Response {
  return context.html(text, status, { 'Content-Security-Policy': `${policy}; frame-ancestors 'none'` });
}

function notFound(context: Context): Response {
  return page(context, problemPage('Not found', 'The store holds no such file or run.'), 404);
}

function parametersOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}

/** What the path of the request names in the store, behind the page's own prefix. */
function named(context: Context, store: string, prefix: string): StorePath | undefined {
  return findInStore(store, new URL(context.req.url).pathname.slice(prefix.length));
}

function comparison(context: Context, store: string): Response {
  const chosen = parametersOf(context).getAll('run');
  if (chosen.length !== 2) {
    const sentence = `A comparison needs two runs, and ${chosen.length} ${chosen.length === 1 ? 'was' : 'were'} chosen.`;
    return page(context, problemPage('Choose two runs', sentence), 400);
  }
  const folders = chosen.map((run) => findInStore(store, run.split('/').map(encodeURIComponent).join('/')));
  if (!folders.every((folder) => folder?.kind === 'folder')) return notFound(context);
  return context.body(compareStored(folders as readonly StorePath[]), 200, fileHeaders('comparison.html'));
}

function runPage(context: Context, store: string): Response {
  const folder = named(context, store, '/run/');
  if (folder?.kind !== 'folder') return notFound(context);
  const files = runFolder(folder.absolute);
  if (!existsSync(files.planFile)) return notFound(context);
  const shown: ShownRun = { path: folder.relative, files: filesOf(folder.absolute) };
  if (existsSync(files.resultsFile)) return page(context, finishedRunPage(shown, readRunRecord(folder.absolute)));
  return page(context, liveRunPage(shown, readRunRequest(files.planFile)));
}

function liveState(context: Context, store: string): Response {
  const folder = named(context, store, '/live/');
  if (folder?.kind !== 'folder') return context.json({ problem: 'no such run' }, 404);
  const { planFile } = runFolder(folder.absolute);
  if (!existsSync(planFile)) return context.json({ problem: 'no such run' }, 404);
  return context.json(readLiveRun(folder.absolute, readRunRequest(planFile), Date.now()));
}

async function file(context: Context, store: string): Promise<Response> {
  const found = named(context, store, '/files/');
  if (found?.kind === 'file') return (await deliverFile(found)) ?? notFound(context);
  return campaignPage(context, store) ?? notFound(context);
}

/** A campaign's page where none was written: made now. Links of the page need its place. */
function campaignPage(context: Context, store: string): Response | undefined {
  const { pathname } = new URL(context.req.url);
  const folder = findInStore(store, pathname.slice('/files/'.length).replace(/\/campaign\.html$/, ''));
  if (folder?.kind !== 'folder' || !pathname.endsWith('/campaign.html')) return undefined;
  if (!existsSync(campaignFolder(folder.absolute).recordFile)) return undefined;
  const record = readCampaignRecord(folder.absolute);
  return context.body(renderCampaign(record, { live: false }), 200, fileHeaders('campaign.html'));
}

/** Files of a run that people want, logs among them. */
function filesOf(directory: string): readonly string[] {
  const names = (folder: string): readonly string[] => {
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { withFileTypes: true })
      .filter((each) => each.isFile() && !each.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  };
  return [...names(directory), ...names(path.join(directory, 'logs')).map((name) => `logs/${name}`)];
}
