// Answers its version: edit it while the preview runs.

export const handler = async () => ({
  statusCode: 200,
  headers: { "Content-Type": "application/json" },
  body: '{"version": 0}',
});
