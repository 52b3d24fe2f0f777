const STATUS_LINES = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
const DEFAULT_STATUS_LINE = '400 Bad Request';

/**
 * Answers what is not an HTTP request. There is no request to the API yet, so that the status is a real one of HTTP
 * (RFC 9112, section 3), and the code that of data that cannot be parsed.
 */
export function answerHttpError(error, socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const statusLine = STATUS_LINES[error.code] ?? DEFAULT_STATUS_LINE;
  const body = JSON.stringify({
    error: { status: Number.parseInt(statusLine, 10), code: 400, description: `${statusLine.slice(4)}.` },
  });
  socket.write(
    `HTTP/1.1 ${statusLine}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // Not only end(): a client that keeps its side open would keep the connection, and with it the process.
  socket.destroySoon();
}
