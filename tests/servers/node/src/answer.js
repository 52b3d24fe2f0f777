/**
 * The documented answer to all requests about a conversation.
 * @param {Map<string, {sessionId: string, publicKey: string}[]>} sessions the known sessions of each user
 */
export function conversationBody(conversation, sessions, edition) {
  const { id, category, name, creatorId, createdAt, codeId, members } = conversation;
  const data = {
    type: 'conversation',
    conversation_id: id,
    creator_id: creatorId,
    category,
    name,
    icon_url: '',
    announcement: '',
    created_at: createdAt,
    // One page shows "" for both; but a C# SDK cannot read an empty code_id, so that a CONTACT has one too.
    code_id: codeId,
    code_url: `https://mixin.one/codes/${codeId}`,
    // The samples show the time of creation for a conversation that nobody has muted.
    mute_until: createdAt,
    participants: Array.from(members, ([userId, role]) => ({
      type: 'participant',
      user_id: userId,
      role,
      created_at: createdAt,
    })),
  };
  if (edition.answersHaveSessions) {
    // Without circles and expire_in the iOS app cannot decode the answer.
    data.expire_in = 0;
    data.participant_sessions = [...members.keys()].flatMap((userId) =>
      (sessions.get(userId) ?? []).map(({ sessionId, publicKey }) => ({
        type: 'participant',
        user_id: userId,
        session_id: sessionId,
        public_key: publicKey,
      })),
    );
    data.circles = [];
  }
  return { data };
}
