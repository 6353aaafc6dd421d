// AWS's native addon, `rapid-client.node`, over Lambda's Runtime API: what the addon does, without a compiler.
'use strict';

const http = require('node:http');

exports.connect = function connect() {
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  function call(method, path, body, onAnswer = () => {}) {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const request = http.request({ host, port, agent, method, path: `/2018-06-01/runtime${path}`, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => onAnswer(Buffer.concat(parts).toString(), response.headers));
    });
    request.on('error', () => process.exit(0));
    request.end(body);
  }

  return {
    native: {
      next: () =>
        new Promise((resolve) => {
          call('GET', '/invocation/next', undefined, (bodyJson, headers) => resolve({ bodyJson, headers }));
        }),
      done: (id, body) => call('POST', `/invocation/${id}/response`, body),
      error: (id, body) => call('POST', `/invocation/${id}/error`, body),
    },
  };
};
