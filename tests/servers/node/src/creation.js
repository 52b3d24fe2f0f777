import { groupFull, invalidField } from './errors.js';
import { contactConversationId, mayBeContactId } from './uuid.js';

// "up to 256 people". The caller is a member besides them, as in the documented sample, where the list names only the other.
const MAX_PARTICIPANTS = 256;

/**
 * What a payload that has passed the schema asks for.
 * @returns {{id: string, category: 'CONTACT'|'GROUP', name: string, roles: Map<string, string>}} roles: of the members
 *   other than the caller, in the order of the list
 */
export function readCreation(payload, callerId, edition) {
  const creation = {
    id: payload.conversation_id.toLowerCase(),
    category: payload.category,
    name: edition.conversationsHaveNames ? (payload.name ?? '') : '',
    roles: readRoles(payload.participants, callerId, edition),
  };
  if (creation.category === 'CONTACT') {
    checkContact(creation, payload, callerId);
  } else {
    checkGroup(creation, payload, callerId);
  }
  return creation;
}

/** The list of participants is read as a set: who is named twice is in it once, and the caller is in it anyway. */
function readRoles(participants, callerId, edition) {
  const roles = new Map();
  for (const participant of participants) {
    const userId = participant.user_id.toLowerCase();
    if (userId === callerId) continue;
    if (!edition.participantsHaveRoles) {
      roles.set(userId, '');
    } else if (participant.action === 'REMOVE' || participant.action === 'EXIT') {
      // The page of 2018 allows these here as well. Who is taken out or leaves is not a member.
      roles.delete(userId);
    } else {
      roles.set(userId, participant.role ?? '');
    }
  }
  return roles;
}

function checkContact({ id, name, roles }, payload, callerId) {
  if (payload.participants.length !== 1) {
    throw invalidField('participants', 'must have exactly one element for a CONTACT');
  }
  if (roles.size !== 1) {
    throw invalidField('participants[0].user_id', 'must be the other party of a CONTACT');
  }
  const [peerId] = roles.keys();
  if (id !== contactConversationId(callerId, peerId)) {
    throw invalidField('conversation_id', 'must be generated from the user ids of both parties for a CONTACT');
  }
  if (name !== '') {
    throw invalidField('name', 'is valid for a GROUP only');
  }
}

function checkGroup({ id, roles }, payload, callerId) {
  const people = new Set(payload.participants.map((participant) => participant.user_id.toLowerCase()));
  if (people.size > MAX_PARTICIPANTS) {
    throw groupFull('participants', `must have at most ${MAX_PARTICIPANTS} people`);
  }
  // A group with the id of a single chat would stand in the way of that chat.
  if (mayBeContactId(id) && [...roles.keys()].some((userId) => id === contactConversationId(callerId, userId))) {
    throw invalidField('conversation_id', 'must not be the id of a CONTACT for a GROUP');
  }
}
