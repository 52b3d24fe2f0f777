import { createHash } from 'node:crypto';

const SWEEP_EVERY_SECONDS = 600;

/** Remembers tokens until they expire, so that each works only once. */
export class UsedTokens {
  #expiries = new Map();
  #nextSweep = 0;

  /**
   * @param {Buffer} signed the signed part: unlike the signature it has only one form
   * @returns {boolean} whether the token is new
   */
  add(signed, exp, now) {
    if (now >= this.#nextSweep) this.#sweep(now);
    const digest = createHash('sha256').update(signed).digest('base64');
    if (this.#expiries.has(digest)) return false;
    this.#expiries.set(digest, exp);
    return true;
  }

  #sweep(now) {
    for (const [digest, exp] of this.#expiries) {
      if (exp <= now) this.#expiries.delete(digest);
    }
    this.#nextSweep = now + SWEEP_EVERY_SECONDS;
  }
}
