import { readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(new URL(`./data/${path}`, import.meta.url), "utf8"));

export const vectors = (name) => document(name).vectors;
export const document = (name) => read(`${name}.json`);
export const schema = (name) => read(`schemas/${name}.schema.json`);
