/** Accounts made over the API, for tests that are about something else; the cookies go to the visitor. */
import assert from "node:assert/strict";

export const OWNER = { email: "owner@example.com", password: "a quiet brush" };

export async function setUpOwner(visitor, server) {
  await post(visitor, "/api/auth/setup", { token: server.token, ...OWNER });
}

export async function logInAs(visitor, account = OWNER) {
  await post(visitor, "/api/auth/login", account);
  // The account's language is the page's on a device that has not chosen one.
  await visitor.context.request.patch("/api/me", { data: { locale: visitor.locale } });
}

export async function register(visitor, email) {
  const account = { email, password: "a quiet brush" };
  await post(visitor, "/api/auth/register", account);
  return account;
}

/** What the visitor is told by the API. */
export async function ask(visitor, path) {
  const answer = await visitor.context.request.get(path);
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

async function post(visitor, path, data) {
  const headers = { "Accept-Language": visitor.locale };
  const answer = await visitor.context.request.post(path, { data, headers });
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  // The page remembers it after its own forms.
  await visitor.context.addInitScript(() => localStorage.setItem("danqing.here", "1"));
}
