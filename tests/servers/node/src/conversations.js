import { randomUUID } from 'node:crypto';
import { forbidden, invalidField } from './errors.js';

/**
 * All conversations, in memory.
 *
 * Every method runs to its end without awaiting anything. Of two requests that create the same id at the same time one
 * is therefore first, and the other finds what it made.
 */
export class Conversations {
  // Apart, so that nobody can block the chat of two others by creating a group with its id, which anybody can compute.
  // A contact needs no such protection: its id is checked against its two parties.
  #byCategory = { CONTACT: new Map(), GROUP: new Map() };

  /**
   * Creates a conversation, or returns the one with that id unchanged: clients create again whenever they are not sure.
   * @param {ReturnType<typeof import('./creation.js').readCreation>} creation
   */
  createOnce(callerId, { id, category, name, roles }) {
    const sameCategory = this.#byCategory[category];
    const existing = sameCategory.get(id);
    if (existing) {
      // An id is no secret: to know it makes nobody a member.
      if (!existing.members.has(callerId)) throw forbidden();
      return existing;
    }
    if (this.#find(callerId, id)) {
      throw invalidField('conversation_id', 'must not be the id of a conversation of another category');
    }

    const createdAt = new Date().toISOString();
    const conversation = {
      id,
      category,
      name,
      creatorId: callerId,
      createdAt,
      codeId: randomUUID(),
      members: new Map([[callerId, 'OWNER'], ...roles]),
    };
    sameCategory.set(id, conversation);
    return conversation;
  }

  /** Who is not a member cannot tell whether there is such a conversation: both are forbidden. */
  read(callerId, id) {
    const conversation = this.#find(callerId, id);
    if (!conversation) throw forbidden();
    return conversation;
  }

  #find(callerId, id) {
    return Object.values(this.#byCategory)
      .map((conversations) => conversations.get(id))
      .find((conversation) => conversation?.members.has(callerId));
  }
}
