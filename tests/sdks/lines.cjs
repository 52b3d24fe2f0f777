// The part of an adapter that has nothing to do with its SDK: a JSON object a line, answered whenever it is ready.
"use strict";

// `calls`: a function for each call. `errorOf`: what the SDK's user can read of something thrown.
// (No node:readline: it takes U+2028, which JSON may hold as it is, for the end of a line.)
exports.answer = (calls, errorOf) => {
  const one = async (line) => {
    const { id, call, arguments: given } = JSON.parse(line);
    let outcome;
    try {
      outcome = calls[call] ? { result: await calls[call](given) } : { error: { kind: "unsupported" } };
    } catch (thrown) {
      outcome = { error: errorOf(thrown) };
    }
    process.stdout.write(`${JSON.stringify({ id, ...outcome })}\n`);
  };
  let rest = "";
  process.stdin.setEncoding("utf8").on("data", (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    lines.forEach(one);
  });
};

// What stands for a name or an announcement that has no value: `options` with it, where one is not said.
exports.leftOut = (left_out, names, options) => {
  const value = { undefined: undefined, null: null, empty: "" }[left_out];
  const given = left_out === undefined ? [] : names.map((name) => [name, value]);
  return { ...Object.fromEntries(given), ...options };
};

// The keystores of old: standard base64 of seed and public key, which follows from the seed.
exports.seedAndPublicKey = (seed) => {
  const { createPrivateKey, createPublicKey } = require("node:crypto");
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed, "hex")]);
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  return Buffer.concat([Buffer.from(seed, "hex"), key.export({ format: "der", type: "spki" }).subarray(-32)]);
};

// What the user of an SDK can read that returns an answer's `data` as it came.
const eachOf = (list, members) => members.map((member) => `/${list}/*/${member}`);
exports.everyMember = [
  "/type", "/conversation_id", "/creator_id", "/category", "/name", "/icon_url", "/announcement", "/created_at",
  "/code_id", "/code_url", "/mute_until", "/expire_in",
  ...eachOf("participants", ["type", "user_id", "role", "created_at"]),
  ...eachOf("participant_sessions", ["type", "user_id", "session_id", "public_key"]),
  ...eachOf("circles", ["circle_id", "conversation_id", "user_id", "created_at"]),
];
