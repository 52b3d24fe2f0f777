// Speaks mixinspec's protocol for mixin-node-sdk.
"use strict";

const { Client } = require("mixin-node-sdk");
const { version } = require("mixin-node-sdk/package.json");
const { answer, everyMember, leftOut, seedAndPublicKey } = require("../lines.cjs");

const hello = () => ({
  protocol: 1,
  name: `mixin-node-sdk ${version}`,
  capabilities: {
    unique_conversation_id: true,
    keys: ["ed25519", "rsa"],
    // It signs what it sends; nothing that it exports signs anything else.
    create_conversation: {
      categories: ["CONTACT", "GROUP"],
      // The id of a GROUP is its user's affair; there is no function for it, and nothing takes a random_id.
      options: ["conversation_id", "name", "role"],
      left_out: ["undefined", "null", "empty"],
      members: everyMember,
    },
  },
});

// It takes a keystore of the older form, whose key is an RSA key in PEM or seed and public key.
const privateKey = (key) => (key.startsWith("-----") ? key : seedAndPublicKey(key).toString("base64"));

const clientOf = ({ app_id, session_id, server_public_key, session_private_key }) =>
  new Client({
    client_id: app_id,
    client_secret: "",
    session_id,
    pin_token: Buffer.from(server_public_key, "hex").toString("base64"),
    private_key: privateKey(session_private_key),
    pin: "",
  });

// The function of the ids is a method of a client, which wants some keystore.
const anyone = clientOf({
  app_id: "00000000-0000-4000-8000-000000000000",
  session_id: "00000000-0000-4000-8000-000000000001",
  server_public_key: "00".repeat(32),
  session_private_key: "00".repeat(32),
});

const createConversation = async ({ base_url, keystore, category, participants, left_out, ...options }) => {
  const client = clientOf(keystore);
  client.request.defaults.baseURL = base_url;
  // What a refusal resolves to is its error object, in the place of the conversation and without a mark.
  const created =
    category === "CONTACT"
      ? await client.createContactConversation(participants[0].user_id)
      : await client.createConversation({ category, participants, ...leftOut(left_out, ["name"], options) });
  return created ?? {};
};

const errorOf = (thrown) => {
  // An error of axios, with a code of its own. It has a response, too, where that was cut off.
  const kind = !thrown?.isAxiosError ? "other" : thrown.response?.status >= 400 ? "api" : "transport";
  return { kind, description: thrown?.message ?? String(thrown) };
};

answer(
  {
    hello,
    unique_conversation_id: ({ user_id, other_user_id }) => anyone.uniqueConversationID(user_id, other_user_id),
    create_conversation: createConversation,
  },
  errorOf,
);
