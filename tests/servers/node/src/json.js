import { isUtf8 } from 'node:buffer';

/**
 * Parses a JSON text that has to be an object. Throws a SyntaxError for everything else: bytes that are not UTF-8,
 * a byte order mark (RFC 8259, section 8.1), and JSON of another type.
 *
 * JSON.parse makes an own property of a member "__proto__", so nothing can be smuggled into the prototype.
 */
export function parseJsonObject(bytes) {
  // Buffer.toString would replace what is not UTF-8, and the client would get back another name than it sent.
  if (!isUtf8(bytes)) throw new SyntaxError('not UTF-8');
  const value = JSON.parse(bytes.toString('utf8'));
  if (!isObject(value)) throw new SyntaxError('not an object');
  return value;
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
