import { createHash, createPublicKey, verify } from 'node:crypto';
import { forbidden, unauthorized } from './errors.js';
import { parseJsonObject } from './json.js';
import { UsedTokens } from './used-tokens.js';
import { isUuid } from './uuid.js';

// A clock that is a little fast is no reason to refuse a client; a token that is dated further ahead was made for later.
const CLOCK_SKEW_SECONDS = 300;

// How each edition signs. The algorithm belongs to the key and is never taken from the token (RFC 8725, section 3.1).
const ALGORITHMS = {
  EdDSA: { keyType: 'ed25519', digest: null, readKey: readEd25519Key },
  RS512: { keyType: 'rsa', digest: 'sha512', readKey: createPublicKey },
};

function readEd25519Key(hex) {
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new Error('not 64 hexadecimal digits');
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
  });
}

/** Reads the public key of an account as the edition writes it, and throws when it is one of another kind. */
export function readPublicKey(text, edition) {
  const { keyType, readKey } = ALGORITHMS[edition.algorithm];
  const key = readKey(text);
  if (key.asymmetricKeyType !== keyType) throw new Error(`not a key of type ${keyType}`);
  return key;
}

/** Verifies the tokens that SignAuthenticationToken of the documentation makes. */
export class TokenVerifier {
  #edition;
  #findKey;
  #used = new UsedTokens();

  /** @param {(userId: string, sessionId: string) => import('node:crypto').KeyObject | undefined} findKey */
  constructor(edition, findKey) {
    this.#edition = edition;
    this.#findKey = findKey;
  }

  /**
   * @param {{method: string, url: string, body: Buffer}} request url: the path with its query, as the client wrote it
   * @returns {string} the user's id; throws a refusal otherwise, which never says what is wrong: that would help to guess
   */
  verify(token, request, now = Date.now() / 1000) {
    const { header, claims, signed, signature } = decode(token);
    if (header.alg !== this.#edition.algorithm || !isAcceptableType(header.typ) || 'crit' in header) throw unauthorized();
    if (!isUuid(claims.uid) || !isUuid(claims.sid)) throw unauthorized();

    const userId = claims.uid.toLowerCase();
    const key = this.#findKey(userId, claims.sid.toLowerCase());
    const { digest } = ALGORITHMS[this.#edition.algorithm];
    if (!key || !verify(digest, signed, key, signature)) throw unauthorized();

    checkTimes(claims, now);
    if (typeof claims.jti !== 'string' || claims.jti === '') throw unauthorized();
    if (claims.sig !== requestDigest(request)) throw unauthorized();
    if (this.#edition.tokensHaveScope) checkScope(claims);
    if (this.#edition.tokensWorkOnce && !this.#used.add(signed, claims.exp, now)) throw unauthorized();
    return userId;
  }
}

function decode(token) {
  const parts = token.split('.');
  if (parts.length !== 3) throw unauthorized();
  try {
    const [header, claims] = parts.slice(0, 2).map((part) => parseJsonObject(decodeBase64Url(part)));
    const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
    return { header, claims, signed, signature: decodeBase64Url(parts[2]) };
  } catch {
    throw unauthorized();
  }
}

/** Buffer.from skips what is not base64url; only the one correct spelling of the bytes is a token. */
function decodeBase64Url(text) {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new SyntaxError('not base64url');
  return bytes;
}

/** typ is "set to JWT", but older JWT libraries leave it out, among them that of Android apps. */
function isAcceptableType(typ) {
  return typ === undefined || (typeof typ === 'string' && typ.toUpperCase() === 'JWT');
}

function checkTimes({ iat, exp, nbf = iat }, now) {
  // JSON.parse makes Infinity of 1e999.
  if (![iat, exp, nbf].every(Number.isFinite)) throw unauthorized();
  // "on or after which the JWT MUST NOT be accepted" (RFC 7519, section 4.1.4)
  if (now >= exp) throw unauthorized();
  if (Math.max(iat, nbf) > now + CLOCK_SKEW_SECONDS) throw unauthorized();
}

function requestDigest({ method, url, body }) {
  return createHash('sha256').update(method).update(url).update(body).digest('hex');
}

/** A token of the account itself has the scope FULL, older SDKs send none. Others come from OAuth and may not do this. */
function checkScope({ scp = 'FULL' }) {
  if (typeof scp !== 'string') throw unauthorized();
  if (scp !== 'FULL') throw forbidden();
}
