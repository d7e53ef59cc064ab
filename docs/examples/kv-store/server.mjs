/**
 * A toy key-value store of several nodes, to have something to test. The first node leads: it alone changes values, writes
 * each change to its disk before it answers, and sends it to the others as a copy. Followers pass on what they are asked.
 *
 *   node server.mjs '{"name":"n2","port":7001,"leader":{"name":"n1","url":"http://127.0.0.1:7000"},"followers":[],"data":"/tmp/n2"}'
 *
 * KV_BUG plants a mistake of the kind that reviews miss:
 *   stale-reads  followers answer reads from their copy
 *   lazy-disk    the leader answers first and writes to its disk a little later
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const { name, port, leader, followers, data } = JSON.parse(process.argv[2] ?? '{}');
const bug = process.env.KV_BUG ?? '';
const COPY_DELAY_MS = 50;
const LAZY_WRITE_MS = 300;
const FORWARD_TIMEOUT_MS = 900;

const isLeader = name === leader.name;
const values = new Map();
const logFile = path.join(data, 'changes.jsonl');
if (existsSync(logFile)) {
  // The last line may be cut off; whoever wrote it had no answer.
  for (const line of readFileSync(logFile, 'utf8').split('\n').slice(0, -1)) apply(JSON.parse(line));
}
const log = openSync(logFile, 'a');

createServer((request, response) => {
  void answerTo(request).then(({ status, answer }) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}).listen(port, process.env.KV_HOST ?? '127.0.0.1', () => console.log(`${name} listens on ${port}`));

async function answerTo(request) {
  const key = decodeURIComponent(request.url.split('/')[2] ?? '');
  const body = await bodyOf(request);
  return request.url.startsWith('/copy/') ? copy(key, body) : serve(request.method, key, body);
}

async function serve(method, key, body) {
  if (isLeader) return method === 'PUT' ? write(key, body.value) : read(key);
  if (method === 'GET' && bug === 'stale-reads') return read(key);
  return forward(method, key, body);
}

function read(key) {
  return { status: 200, answer: { value: values.get(key) ?? null } };
}

function write(key, value) {
  const change = { key, value };
  apply(change);
  if (bug === 'lazy-disk') setTimeout(persist, LAZY_WRITE_MS, change);
  else persist(change);
  setTimeout(() => void spread(change), COPY_DELAY_MS);
  return { status: 200, answer: { value } };
}

function apply({ key, value }) {
  values.set(key, value);
}

function persist(change) {
  writeSync(log, `${JSON.stringify(change)}\n`);
  fsyncSync(log);
}

function copy(key, body) {
  apply({ key, value: body.value });
  return { status: 200, answer: {} };
}

/** Copies are best effort: a follower that is away misses them, which is why it must not answer from them. */
async function spread({ key, value }) {
  const options = { method: 'PUT', body: JSON.stringify({ value }), signal: AbortSignal.timeout(FORWARD_TIMEOUT_MS) };
  await Promise.allSettled(followers.map((url) => fetch(`${url}/copy/${encodeURIComponent(key)}`, options)));
}

async function forward(method, key, body) {
  try {
    const answer = await fetch(`${leader.url}/kv/${encodeURIComponent(key)}`, {
      method,
      ...(method === 'PUT' ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(FORWARD_TIMEOUT_MS),
    });
    return { status: answer.status, answer: await answer.json() };
  } catch (error) {
    // Refused: nothing was sent. Anything else may have happened.
    const isCertain = error.cause?.code === 'ECONNREFUSED';
    return { status: isCertain ? 503 : 504, answer: { error: isCertain ? 'no leader' : 'no answer from the leader' } };
  }
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}

process.once('exit', () => closeSync(log));
