// Keeps a function's imports inside its folder, its layers and the SDK. Node would climb on from the function's
// folder: into the user's project, whose node_modules and package.json are not there on AWS. ES modules find what
// NODE_PATH holds, as AWS's runtimes since Node.js 18 make them.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const { fileURLToPath, pathToFileURL } = require('node:url');

exports.isolate = function isolate({ task, roots }) {
  const isInside = (file, folder) => file === folder || file.startsWith(`${folder}/`);
  const isOwn = (file) => roots.some((root) => isInside(file, root));
  const rootOf = (file) => roots.find((root) => isInside(file, root));

  Module.registerHooks({
    resolve(specifier, context, nextResolve) {
      const name = packageName(specifier);
      const parent = filePath(context.parentURL);
      if (name === undefined || Module.isBuiltin(specifier) || parent === undefined || !isOwn(parent)) {
        return withFormat(nextResolve(specifier, context));
      }
      const [found, error] = attempt(() => nextResolve(specifier, context));
      if (found && isAllowed(found, parent, name)) return withFormat(found);
      for (const folder of (process.env.NODE_PATH ?? '').split(':')) {
        if (!folder.endsWith('/node_modules')) continue;
        const parentURL = pathToFileURL(path.join(folder, '..', 'index.js')).href;
        const [other] = attempt(() => nextResolve(specifier, { ...context, parentURL }));
        if (other && isOwn(filePath(other.url) ?? '')) return withFormat(other);
      }
      throw error ?? notFound(specifier, parent, context);
    },
  });

  function isAllowed(found, parent, name) {
    const file = filePath(found.url);
    if (file === undefined || isOwn(file)) return true;
    // A link inside the function's folder that leads out of it, as some package managers make them, is its own.
    for (let folder = path.dirname(parent); isInside(folder, rootOf(parent)); folder = path.dirname(folder)) {
      if (fs.existsSync(path.join(folder, 'node_modules', name))) return true;
    }
    return false;
  }

  // A package.json of the project around would make ES modules of the function's files, or keep them from it.
  const hasNoPackage = new Map();
  function isPlain(file) {
    if (!file?.endsWith('.js') || !isInside(file, task)) return false;
    const folder = path.dirname(file);
    if (!hasNoPackage.has(folder)) hasNoPackage.set(folder, !hasPackageFile(folder));
    return hasNoPackage.get(folder);
  }

  function hasPackageFile(start) {
    for (let folder = start; isInside(folder, task); folder = path.dirname(folder)) {
      if (fs.existsSync(path.join(folder, 'package.json'))) return true;
    }
    return false;
  }

  function withFormat(found) {
    return isPlain(filePath(found.url)) ? { ...found, format: 'commonjs' } : found;
  }

  const load = Module._extensions['.js'];
  Module._extensions['.js'] = function (module, file) {
    if (!isPlain(file)) return load.call(this, module, file);
    module._compile(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''), file, 'commonjs');
  };
};

function attempt(resolve) {
  try {
    return [resolve(), undefined];
  } catch (error) {
    return [undefined, error];
  }
}

function packageName(specifier) {
  if (/^(?:[./#]|[a-z][a-z0-9+.-]*:)/i.test(specifier)) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function filePath(url) {
  return url?.startsWith('file:') ? fileURLToPath(url) : undefined;
}

function notFound(specifier, parent, context) {
  const isImport = context.conditions?.includes('import');
  const message = isImport
    ? `Cannot find package '${specifier}' imported from ${parent}`
    : `Cannot find module '${specifier}'\nRequire stack:\n- ${parent}`;
  return Object.assign(new Error(message), { code: isImport ? 'ERR_MODULE_NOT_FOUND' : 'MODULE_NOT_FOUND' });
}
