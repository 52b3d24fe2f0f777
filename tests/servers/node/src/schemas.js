// JSON schemas of the requests. Members that they do not name are ignored: clients are newer and older than the server
// (in 2026 even role, random_id and announcement, which SDKs send, but which the page does not know).

import { isUuid } from './uuid.js';

/** Options of ajv. A value of another type is refused: Fastify would by default make "1" of 1 and [x] of x. */
export const AJV_OPTIONS = {
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  formats: {
    // The format "uuid" of ajv-formats would allow a prefix "urn:uuid:" too.
    'hyphenated-uuid': isUuid,
    // "\ud800" is correct JSON, but half a character: many clients could not read an answer with it.
    'unicode-text': (text) => text.isWellFormed(),
  },
};

const uuid = { type: 'string', format: 'hyphenated-uuid' };

export const READ_PARAMS = {
  type: 'object',
  required: ['id'],
  properties: { id: uuid },
};

/** The payload of POST /conversations. What depends on several members or on the caller is checked in creation.js. */
export function creationSchema(edition) {
  const participant = {
    type: 'object',
    required: ['user_id'],
    properties: { user_id: uuid },
  };
  if (edition.participantsHaveRoles) {
    // Neither is required: no current SDK sends an action, and some send no role.
    participant.properties.action = { type: 'string', enum: ['ADD', 'REMOVE', 'JOIN', 'EXIT', 'ROLE'] };
    participant.properties.role = { type: 'string', enum: ['', 'ADMIN'] };
  }

  const payload = {
    type: 'object',
    required: ['category', 'conversation_id', 'participants'],
    properties: {
      category: { type: 'string', enum: ['GROUP', 'CONTACT'] },
      conversation_id: uuid,
      participants: { type: 'array', items: participant },
    },
  };
  if (edition.conversationsHaveNames) {
    // ajv counts code points, so that an emoji is one character. null: the Dart SDK sends it for a name that is not set.
    payload.properties.name = { type: 'string', nullable: true, maxLength: 512, format: 'unicode-text' };
  }
  return payload;
}
