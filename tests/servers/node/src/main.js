import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildApp } from './app.js';
import { callersByAccount, callersByToken, singleCaller } from './callers.js';
import { EDITIONS } from './editions.js';

const HOST = '127.0.0.1';
const SHUTDOWN_MS = 800;
const USAGE = `usage: node src/main.js [--port N] [--edition 2018|2026] (--accounts FILE | --tokens FILE | --caller UUID)`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      edition: { type: 'string', default: '2026' },
      accounts: { type: 'string' },
      tokens: { type: 'string' },
      caller: { type: 'string' },
    },
  });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN;
  if (!(port <= 65535)) throw new Error('--port is not a port');
  if (!Object.hasOwn(EDITIONS, values.edition)) throw new Error('--edition is neither 2018 nor 2026');
  const edition = EDITIONS[values.edition];
  return { port, edition, callers: readCallers(values, edition) };
}

function readCallers({ accounts, tokens, caller }, edition) {
  if ([accounts, tokens, caller].filter((value) => value !== undefined).length !== 1) {
    throw new Error('exactly one of --accounts, --tokens and --caller is needed');
  }
  if (accounts !== undefined) return callersByAccount(readJson(accounts), edition);
  if (tokens !== undefined) return callersByToken(readJson(tokens));
  return singleCaller(caller);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

let options;
try {
  options = readOptions();
} catch (error) {
  console.error(`${error.message}\n${USAGE}`);
  process.exit(2);
}

const app = buildApp(options);
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    // Whoever stops the server does not wait for a connection that cannot be closed.
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
    await app.close();
    process.exit(0);
  });
}
console.log(`listening on ${await app.listen({ port: options.port, host: HOST })}`);
