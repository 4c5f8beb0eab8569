// The HTTP API under this page. Addresses are relative, so a prefix before /simulator/ does no harm.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `HTTP ${response.status}`);
  return body;
}

export async function get(path, query = {}) {
  return answer(await fetch(`api/${path}?${new URLSearchParams(query)}`));
}

export async function send(method, path, body) {
  return answer(await fetch(`api/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body || {}),
  }));
}

export async function upload(fields, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  form.append("file", file, file.name || "photo.jpg");
  return answer(await fetch("api/media", { method: "POST", body: form }));
}
