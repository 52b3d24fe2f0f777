// Compiles every JSON Schema of this project with Ajv in strict mode.
// usage: check_schemas.cjs NODE_MODULES SCHEMA...
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { resolve } = require("node:path");

const [modules, ...files] = process.argv.slice(2);
const from = createRequire(resolve(modules, "x"));
const Ajv = from("ajv/dist/2020").default;
const formats = from("ajv-formats").default;

let failed = files.length === 0;
for (const file of files) {
  const ajv = formats(new Ajv({ strict: true, allErrors: true, logger: { ...console, warn: (it) => { throw new Error(it); } } }));
  // As docs/tools.md says.
  ajv.addVocabulary(["x-extensible-enum"]);
  try {
    ajv.compile(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    failed = true;
    console.error(`${file}: ${error.message}`);
  }
}
if (failed) process.exit(1);
console.log(`Ajv compiles ${files.length} schemas in strict mode`);
