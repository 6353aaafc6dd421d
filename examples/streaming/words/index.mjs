import { setTimeout } from 'node:timers/promises';

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const metadata = { statusCode: 200, headers: { 'Content-Type': 'text/plain' } };
  const answer = awslambda.HttpResponseStream.from(stream, metadata);
  for (const word of ['one', 'two', 'three']) {
    answer.write(`${word}\n`);
    await setTimeout(100);
  }
  answer.end();
});
