// Test vectors for Mixin Messenger's POST /conversations. What each member means stands in the file's JSON Schema,
// schema(name), and in the package's README.

/** Two users, and the id of their conversation. */
export interface UniqueVector {
  id: string;
  comment: string;
  flags: string[];
  result: "valid" | "acceptable";
  requirements: string[];
  origins?: string[];
  user_id: string;
  other_user_id: string;
  expected: string;
  near_misses: Record<string, string>;
}

/** A group, and its id; none where the input is to be refused. */
export interface GroupVector {
  id: string;
  comment: string;
  flags: string[];
  result: "valid" | "invalid" | "acceptable";
  requirements: string[];
  origins?: string[];
  owner: string;
  name: string;
  participants: string[];
  random: string;
  expected: string | null;
  near_misses: Record<string, string>;
}

/** A request, and whether a server accepts it. */
export interface CreationVector {
  id: string;
  edition: string;
  comment: string;
  flags: string[];
  result: "valid" | "invalid" | "acceptable";
  level: "must" | "should" | "may";
  requirements: string[];
  caller: { user_id: string };
  users: string[];
  derived: "unique_conversation_id" | "group_conversation_id" | "any" | "as-is";
  altered?: { near_miss?: string; version?: string; variant?: string };
  request: { method: string; path: string; headers: Record<string, string>; body?: string; body_base64?: string };
  expected: { outcome: "accepted" | "refused" | "either"; codes: number[]; readings?: string[] };
}

/** An answer, and what a client's user must get of it. */
export interface AnswerVector {
  id: string;
  edition: "2018" | "2026";
  comment: string;
  result: "valid" | "invalid";
  requirements: string[];
  answer: {
    status: number;
    headers: Record<string, string>;
    body?: unknown;
    text?: string;
    ending: "whole" | "cut" | "slow";
    pause_ms?: number;
  };
  set?: { at: string; to: string }[];
  expected: { outcome: "accepted" | "refused" | "failed"; code?: number; description?: string };
}

/** What an SDK or app has in its own tests. */
export interface PublishedVector {
  id: string;
  comment: string;
  flags: string[];
  result: "valid" | "acceptable";
  requirements: string[];
  origin: string;
  function:
    | "unique_conversation_id"
    | "group_conversation_id"
    | "unique_uuid"
    | "unique_object_id"
    | "name_uuid_from_bytes";
  arguments: (string | string[])[];
  expected: string;
}

export interface Vectors {
  "unique-conversation-id": UniqueVector;
  "group-conversation-id": GroupVector;
  "create-conversation": CreationVector;
  answers: AnswerVector;
  published: PublishedVector;
}

/** The vectors of a file, such as "unique-conversation-id". */
export function vectors<N extends keyof Vectors>(name: N): Vectors[N][];
/** The whole file: also what its flags and its near misses mean. */
export function document<N extends keyof Vectors>(name: N): { vectors: Vectors[N][]; [member: string]: unknown };
/** The file's JSON Schema (draft 2020-12). */
export function schema(name: keyof Vectors): Record<string, unknown>;
