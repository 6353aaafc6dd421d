// Starts AWS's client for Node: release 4 begins on import, release 3 has to be told what to run.
import { pathToFileURL } from 'node:url';

const client = await import(pathToFileURL(process.argv.pop()).href);
await client.run?.(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
