import Fastify from 'fastify';
import { conversationBody } from './answer.js';
import { Conversations } from './conversations.js';
import { readCreation } from './creation.js';
import { ApiError, endpointNotFound, fromValidation, malformed, refusalBody, SERVER_ERROR_BODY } from './errors.js';
import { answerHttpError } from './http-errors.js';
import { parseJsonObject } from './json.js';
import { AJV_OPTIONS, creationSchema, READ_PARAMS } from './schemas.js';

const BODY_LIMIT = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const NO_BYTES = Buffer.alloc(0);

/**
 * @param {object} options
 * @param {object} options.edition one of EDITIONS
 * @param {object} options.callers one of those of callers.js
 */
export function buildApp({ edition, callers }) {
  const app = Fastify({
    // On stderr, and only faults of the server; Fastify never logs the headers, and with them the tokens.
    logger: { level: 'error', stream: process.stderr },
    ajv: { customOptions: AJV_OPTIONS },
    schemaErrorFormatter: fromValidation,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    clientErrorHandler: answerHttpError,
    // What the router refuses before there is a route: a path with a wrong percent-encoding.
    frameworkErrors(error, request, reply) {
      echoRequestId(request, reply);
      refuse(reply, endpointNotFound());
    },
    // A long id is a wrong id, and not another endpoint.
    routerOptions: { maxParamLength: 16 * 1024 },
  });

  function refuse(reply, error) {
    return reply.code(202).send(refusalBody(error, edition));
  }

  app.addHook('onRequest', async (request, reply) => {
    echoRequestId(request, reply);
    // The documentation demands no Content-Type. Fastify would refuse a wrong one before anybody asks who calls.
    delete request.headers['content-type'];
  });

  // The signature covers the exact bytes of the body, whatever the method: they are read before anything is parsed.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  app.addHttpMethod('HEAD', { hasBody: true, overrideExisting: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request, stream) => readAll(stream));
  app.decorateRequest('rawBody', null);
  app.decorateRequest('callerId', '');

  app.setErrorHandler((error, request, reply) => {
    // Whatever else is wrong with a request: first of all there is no such endpoint.
    if (request.is404) return refuse(reply, endpointNotFound());
    if (error instanceof ApiError) return refuse(reply, error);
    // A complaint of Fastify about the request.
    if (error.statusCode >= 400 && error.statusCode < 500) return refuse(reply, malformed());
    request.log.error(error);
    return reply.code(500).send(SERVER_ERROR_BODY);
  });
  app.setNotFoundHandler((request, reply) => refuse(reply, endpointNotFound()));
  // Not a refusal of the API: a status 202 would tell the client that it has a tunnel now.
  app.server.on('connect', (request, socket) => {
    // Node has let go of this socket: an error that nobody listens to would end the process.
    socket.on('error', () => socket.destroy());
    answerHttpError(new Error('CONNECT is not offered'), socket);
  });

  app.register(async (routes) => {
    routes.addHook('preValidation', async (request) => {
      request.rawBody = request.body ?? NO_BYTES;
      request.callerId = callers.identify(request);
    });
    registerRoutes(routes, { edition, sessions: callers.sessions });
  });
  return app;
}

function registerRoutes(routes, { edition, sessions }) {
  const conversations = new Conversations();

  routes.post(
    '/conversations',
    { schema: { body: creationSchema(edition) }, preValidation: parseBody },
    async ({ body, callerId }) => {
      const conversation = conversations.createOnce(callerId, readCreation(body, callerId, edition));
      return conversationBody(conversation, sessions, edition);
    },
  );

  // Fastify offers HEAD for it as well.
  routes.get('/conversations/:id', { schema: { params: READ_PARAMS } }, async ({ params, callerId }) => {
    const conversation = conversations.read(callerId, params.id.toLowerCase());
    return conversationBody(conversation, sessions, edition);
  });
}

/** The iOS and Android apps refuse every answer without the X-Request-Id that they sent. */
function echoRequestId(request, reply) {
  const id = request.headers['x-request-id'];
  if (id !== undefined) reply.header('x-request-id', id);
}

/**
 * Reads a body. One that is too large is read to its end as well, but not kept: to close the connection on a client that
 * is still sending would hide the refusal from it. The timeout of requests puts an end to those that never end.
 */
async function readAll(stream) {
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
    }
  } catch {
    throw malformed(); // The client went away.
  }
  if (size > BODY_LIMIT) throw malformed();
  return Buffer.concat(chunks);
}

async function parseBody(request) {
  try {
    request.body = parseJsonObject(request.rawBody);
  } catch {
    throw malformed();
  }
}
