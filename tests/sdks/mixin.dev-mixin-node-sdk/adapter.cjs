// Speaks mixinspec's protocol for @mixin.dev/mixin-node-sdk.
"use strict";

const { MixinApi, ResponseError, signAccessToken, uniqueConversationID } = require("@mixin.dev/mixin-node-sdk");
const { version } = require("@mixin.dev/mixin-node-sdk/package.json");
const { answer, everyMember, leftOut } = require("../lines.cjs");

const hello = () => ({
  protocol: 1,
  name: `@mixin.dev/mixin-node-sdk ${version}`,
  capabilities: {
    unique_conversation_id: true,
    sign: true,
    create_conversation: {
      categories: ["CONTACT", "GROUP"],
      // The id of a GROUP is its user's affair; there is no function for it, and nothing takes a random_id.
      options: ["conversation_id", "name", "announcement", "role"],
      left_out: ["undefined", "null", "empty"],
      // Its types name no participants; what it returns has them.
      members: everyMember,
    },
  },
});

const createConversation = async ({ base_url, keystore, category, participants, left_out, ...options }) => {
  const given = leftOut(left_out, ["name", "announcement"], options);
  const { conversation } = MixinApi({ keystore, requestConfig: { baseURL: base_url } });
  const created =
    category === "CONTACT"
      ? await conversation.createContact(participants[0].user_id)
      : await conversation.create({ category, participants, ...given });
  // Sometimes it resolves to nothing at all.
  return created ?? {};
};

const errorOf = (thrown) => {
  if (thrown instanceof ResponseError) {
    return { kind: "api", code: thrown.code, description: thrown.description };
  }
  // An error of axios, with a code of its own. It has a response, too, where that was cut off.
  const kind = !thrown?.isAxiosError ? "other" : thrown.response?.status >= 400 ? "api" : "transport";
  return { kind, description: thrown?.message ?? String(thrown) };
};

answer(
  {
    hello,
    unique_conversation_id: ({ user_id, other_user_id }) => uniqueConversationID(user_id, other_user_id),
    sign: ({ keystore, method, path, body }) => signAccessToken(method, path, body, crypto.randomUUID(), keystore),
    create_conversation: createConversation,
  },
  errorOf,
);
