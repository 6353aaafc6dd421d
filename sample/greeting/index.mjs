// Greets whoever the path names, in the language of the stage.

export const handler = async (event) => {
  const { greeting = "Hello", language = "en" } = event.stageVariables ?? {};
  const name = event.pathParameters.proxy.split("/").join(" and ");
  const times = Number(event.queryStringParameters?.times ?? 1);
  console.log(`greeting ${name} in ${language}`);
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json", "Content-Language": language },
    body: JSON.stringify({ message: Array(times).fill(`${greeting}, ${decodeURIComponent(name)}!`).join(" ") }),
  };
};
