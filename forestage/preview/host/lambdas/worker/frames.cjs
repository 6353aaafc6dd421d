// AWS's native addon, `rapid-client.node`, over an inherited socket. Frames: kind (1 byte), length of the head and of
// the body (4 bytes each, big-endian), head, body.
'use strict';

const { flushCompileCache } = require('node:module');
const net = require('node:net');
const { Readable, Writable } = require('node:stream');

const HEADER = 9;
const READY = 1;
const RESULT = 2;
const ERROR = 3;
const INIT_ERROR = 4;
const TOO_LARGE = 5;
const PIECE = 6;
const END = 7;
const MAX_RESULT_BYTES = 6291556;
const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';

exports.connect = function connect(fd) {
  const socket = new net.Socket({ fd, readable: true, writable: true });
  let parts = [];
  let size = 0;
  let needed = HEADER;
  let waiting = null;
  let isReady = false;
  let isKept = false;

  // A function whose event loop is empty ends, as on AWS: only an awaited invocation keeps the process.
  socket.unref();
  socket.on('error', () => process.exit(0));
  socket.on('close', () => process.exit(0));
  socket.on('data', (part) => {
    parts.push(part);
    size += part.length;
    deliver();
  });

  function deliver() {
    if (!waiting || size < needed) return;
    const data = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [data];
    const bodyAt = HEADER + data.readUInt32BE(1);
    needed = bodyAt + data.readUInt32BE(5);
    if (size < needed) return;
    parts = [];
    size = 0;
    needed = HEADER;
    const [requestId, deadline, arn, traceId] = data.utf8Slice(HEADER, bodyAt).split('\n');
    const headers = {
      'lambda-runtime-deadline-ms': Number(deadline),
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-invoked-function-arn': arn,
    };
    if (traceId) headers['lambda-runtime-trace-id'] = traceId;
    const resolve = waiting;
    waiting = null;
    socket.unref();
    resolve({ bodyJson: data.utf8Slice(bodyAt), headers });
  }

  function send(kind, body, head = '', sent = undefined) {
    const headSize = Buffer.byteLength(head);
    const bodySize = Buffer.byteLength(body);
    const frame = Buffer.allocUnsafe(HEADER + headSize + bodySize);
    frame[0] = kind;
    frame.writeUInt32BE(headSize, 1);
    frame.writeUInt32BE(bodySize, 5);
    frame.write(head, HEADER);
    if (typeof body === 'string') frame.write(body, HEADER + headSize);
    else body.copy(frame, HEADER + headSize);
    socket.write(frame, sent);
  }

  function finish(body) {
    if (Buffer.byteLength(body) <= MAX_RESULT_BYTES) send(RESULT, body);
    else send(TOO_LARGE, '');
  }

  const native = {
    next() {
      if (!isReady) {
        isReady = true;
        send(READY, '');
      }
      socket.ref();
      return new Promise((resolve) => {
        waiting = resolve;
        deliver();
      });
    },
    done(_id, body) {
      finish(body);
      if (!isKept) {
        isKept = true;
        // The process will be killed, so what Node keeps at its end has to be kept before.
        setTimeout(flushCompileCache, 1000).unref();
      }
    },
    error(_id, body) {
      send(ERROR, body);
    },
  };

  // What the client posts by itself: a failed init, and a result that is streamed, which waits for the host to read.
  class Post extends Writable {
    constructor(options, callback) {
      super({ highWaterMark: options.highWaterMark });
      this.isInit = options.path.endsWith('/init/error');
      this.errorType = options.headers?.[ERROR_TYPE] ?? '';
      this.callback = callback;
      this.chunks = [];
      // Release 3 of the client looks at these two of http's own stream.
      this.outputData = [];
      this.outputSize = 0;
    }

    setHeader() {}

    addTrailers(trailers) {
      this.trailers = trailers;
    }

    _write(chunk, _encoding, done) {
      if (this.isInit) {
        this.chunks.push(chunk);
        done();
      } else {
        send(PIECE, chunk, '', done);
      }
    }

    _final(done) {
      if (this.isInit) send(INIT_ERROR, Buffer.concat(this.chunks), this.errorType);
      else if (this.trailers) send(ERROR, Buffer.from(this.trailers[ERROR_BODY], 'base64'));
      else send(END, '');
      this.callback(Object.assign(Readable.from([]), { statusCode: 202, statusMessage: 'Accepted', headers: {} }));
      done();
    }
  }

  const http = { Agent: class {}, request: (options, callback) => new Post(options, callback) };
  return { native, http };
};
