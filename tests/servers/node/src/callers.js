// Who calls: three ways to know it. Each is an object with
//   identify(request): the user's id; throws a refusal
//   sessions: the known sessions of each user, for participant_sessions
// They throw an Error at start when their configuration is wrong.

import { unauthorized } from './errors.js';
import { isObject } from './json.js';
import { readPublicKey, TokenVerifier } from './token.js';
import { isUuid } from './uuid.js';

const ABSOLUTE_ORIGIN = /^https?:\/\/[^/?#]*/i;

/** @param {{user_id: string, session_id: string, public_key: string}[]} accounts */
export function callersByAccount(accounts, edition) {
  if (!Array.isArray(accounts)) throw new Error('the accounts are not a list');
  const sessions = new Map();
  const keys = new Map();
  for (const [index, account] of accounts.entries()) {
    const userId = readUuid(account?.user_id, `user_id of account ${index}`);
    const sessionId = readUuid(account.session_id, `session_id of account ${index}`);
    const key = readPublicKey(account.public_key, edition);
    keys.set(`${userId} ${sessionId}`, key);
    // The part of the key that the documented sample shows: 32 bytes in base64url. An RSA key has no such part.
    const session = { sessionId, publicKey: key.export({ format: 'jwk' }).x };
    sessions.set(userId, [...(sessions.get(userId) ?? []), session]);
  }

  const verifier = new TokenVerifier(edition, (userId, sessionId) => keys.get(`${userId} ${sessionId}`));
  return {
    sessions,
    identify: (request) =>
      verifier.verify(bearerToken(request), {
        method: request.raw.method,
        // Proxies may send the absolute form; what is signed is the "URL path without hostname".
        url: request.raw.url.replace(ABSOLUTE_ORIGIN, ''),
        body: request.rawBody,
      }),
  };
}

/** @param {Record<string, string>} tokens user ids by opaque token */
export function callersByToken(tokens) {
  if (!isObject(tokens)) throw new Error('the tokens are not an object');
  // A Map, since a plain object would find a user for the token "constructor".
  const users = new Map(Object.entries(tokens).map(([token, userId]) => [token, readUuid(userId, 'user id of a token')]));
  return {
    sessions: new Map(),
    identify(request) {
      const userId = users.get(bearerToken(request));
      if (userId === undefined) throw unauthorized();
      return userId;
    },
  };
}

export function singleCaller(uuid) {
  const userId = readUuid(uuid, 'caller');
  return { sessions: new Map(), identify: () => userId };
}

/** The only credential of a request. Two Authorization headers are none: proxies differ in which of them they keep. */
function bearerToken(request) {
  const headers = request.raw.headersDistinct.authorization ?? [];
  const [, token] = (headers.length === 1 && /^Bearer +([^ ]+)$/i.exec(headers[0])) || [];
  if (token === undefined) throw unauthorized();
  return token;
}

function readUuid(value, what) {
  if (!isUuid(value)) throw new Error(`the ${what} is not a UUID`);
  return value.toLowerCase();
}
