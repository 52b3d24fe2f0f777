// What differs between the documentation of 2018 and that of today. Every other module asks for one of these properties
// and never for the year.

export const EDITIONS = {
  2018: {
    algorithm: 'RS512',
    // OAuth scopes came later: the token of 2018 has no scp.
    tokensHaveScope: false,
    tokensWorkOnce: false,
    // The table of 2018 gives a participant an action and a role, and a conversation no name.
    participantsHaveRoles: true,
    conversationsHaveNames: false,
    answersHaveSessions: false,
    // An error of 2018 has nothing but status, code and description.
    errorsHaveExtra: false,
  },
  2026: {
    algorithm: 'EdDSA',
    tokensHaveScope: true,
    // "The signed authorization token cannot be reused, please regenerate it every time you request."
    tokensWorkOnce: true,
    participantsHaveRoles: false,
    conversationsHaveNames: true,
    answersHaveSessions: true,
    // "The request data has invalid field, retrieve detail from extra."
    errorsHaveExtra: true,
  },
};
