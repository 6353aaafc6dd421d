// Runs before AWS's client for Node in a function's process: puts a wire of ours under it, and keeps the
// function's imports inside what AWS's runtime would show it.
'use strict';

const Module = require('node:module');
const path = require('node:path');

const settings = JSON.parse(process.env._FORESTAGE);
delete process.env._FORESTAGE;

// Compiled code is kept in a folder of ours: it is told apart by the content of its source.
Module.enableCompileCache(settings.bytecode);

const client = settings.wire === 'frames' ? require('./frames.cjs').connect(settings.fd) : require('./runtime_api.cjs').connect();

// AWS's client asks for its native addon, and for http to report a failed init and to stream a result. Both
// questions come before the function is loaded; then the loader is as it was.
const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (parent?.filename !== settings.client) return load.call(this, request, parent, isMain);
  if (request === './rapid-client.node') {
    Module._load = load;
    return client.native;
  }
  if (client.http && (request === 'http' || request === 'node:http')) return client.http;
  return load.call(this, request, parent, isMain);
};

require(path.join(__dirname, 'imports.cjs')).isolate(settings);
