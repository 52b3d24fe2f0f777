// Refusals. "Only 20x and 500 will be used by Mixin API" (Error Codes): the HTTP status of a refusal is 202, and clients
// look at error.code alone.

export const CODES = {
  MALFORMED: 400,
  // Missing in the list of 2018, but no other code tells a client that it has to sign in.
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  INVALID_FIELD: 10002,
  GROUP_FULL: 20116,
};

const DESCRIPTIONS = {
  [CODES.MALFORMED]: 'The request body can’t be parsed as valid data.',
  [CODES.UNAUTHORIZED]: 'Unauthorized.',
  [CODES.FORBIDDEN]: 'Forbidden.',
  [CODES.NOT_FOUND]: 'The endpoint is not found.',
  [CODES.INVALID_FIELD]: 'The request data has invalid field',
  [CODES.GROUP_FULL]: 'The group chat is full.',
};

export class ApiError extends Error {
  /**
   * @param {number} apiCode one of CODES
   * @param {{field: string, reason: string}} [detail] which member is wrong, and why; never a value that the client sent
   */
  constructor(apiCode, detail) {
    super(DESCRIPTIONS[apiCode]);
    this.name = 'ApiError';
    this.apiCode = apiCode;
    this.detail = detail;
  }
}

export const malformed = () => new ApiError(CODES.MALFORMED);
export const unauthorized = () => new ApiError(CODES.UNAUTHORIZED);
export const forbidden = () => new ApiError(CODES.FORBIDDEN);
export const endpointNotFound = () => new ApiError(CODES.NOT_FOUND);
export const invalidField = (field, reason) => new ApiError(CODES.INVALID_FIELD, { field, reason });
export const groupFull = (field, reason) => new ApiError(CODES.GROUP_FULL, { field, reason });

/** The body of a refusal. It has no member "data": a client that looks for data first would take it for a success. */
export function refusalBody({ apiCode, message, detail }, edition) {
  const error = { status: 202, code: apiCode, description: message };
  if (apiCode === CODES.INVALID_FIELD) {
    error.description = edition.errorsHaveExtra
      ? `${message}, retrieve detail from extra.`
      : `${message}: ${detail.field} ${detail.reason}.`;
  }
  // An object, since the Go SDK of fox-one cannot read a string here.
  if (detail && edition.errorsHaveExtra) error.extra = detail;
  return { error };
}

/** The documented answer when the server itself is at fault. */
export const SERVER_ERROR_BODY = { error: { status: 500, code: 500, description: 'Internal Server Error' } };

/** Turns the first complaint of ajv into a refusal that names the member, such as participants[3].user_id. */
export function fromValidation([{ instancePath, keyword, params, message }]) {
  const steps = instancePath.split('/').slice(1);
  if (keyword === 'required') {
    return invalidField(fieldName([...steps, params.missingProperty]), 'is missing');
  }
  const allowed = params.allowedValues && `must be one of ${params.allowedValues.map((value) => `"${value}"`).join(', ')}`;
  return invalidField(fieldName(steps), allowed ?? message);
}

// Only names of the schema and indexes can occur: ajv never complains about a member that the schema does not know.
function fieldName(steps) {
  return steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('').slice(1);
}
