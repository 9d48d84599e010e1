// Speaks to the workspace's JSON interface; every refusal becomes an Error with its sentence.

async function call(path, options) {
  let response;
  try {
    response = await fetch(`/_local/${path}`, options);
  } catch {
    throw new Error("The workspace does not answer. Is it still running?");
  }
  const body = await response.json().catch(() => ({ error: `It answered ${response.status}.` }));
  if (!response.ok) throw new Error(body.error || `It answered ${response.status}.`);
  return body;
}

export const get = (path, query = {}) => call(`${path}?${new URLSearchParams(query)}`);

export const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
