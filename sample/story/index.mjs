// Tells a story word by word: the caller hears the beginning before the end is written.

const WORDS = ["Once", "there", "was", "a", "cat", "that", "bought", "a", "dog."];

export const handler = awslambda.streamifyResponse(async (event, responseStream) => {
  const stream = awslambda.HttpResponseStream.from(responseStream, {
    statusCode: 200,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
  for (const word of WORDS) stream.write(`${word} `);
  stream.end();
});
