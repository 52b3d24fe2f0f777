import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value) {
  return typeof value === 'string' && UUID.test(value);
}

/**
 * The id of the one CONTACT conversation of two users: UniqueConversationId of the documentation.
 * Both ids have to be in lower case ("UUID strings are unexceptionally converted to lowercase").
 */
export function contactConversationId(userId, recipientId) {
  const [min, max] = userId < recipientId ? [userId, recipientId] : [recipientId, userId];
  const sum = createHash('md5').update(min).update(max).digest();
  sum[6] = (sum[6] & 0x0f) | 0x30;
  sum[8] = (sum[8] & 0x3f) | 0x80;
  return sum.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Whether an id has the version that contactConversationId gives: 3, a name-based one with MD5 (RFC 9562, section 4.2). */
export function mayBeContactId(id) {
  return id[14] === '3';
}
