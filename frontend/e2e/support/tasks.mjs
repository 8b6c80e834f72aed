/** Tasks made over the API, for tests that are about what the page does with them. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { madePicture } from "./pictures.mjs";

/** Work for many seconds: large enough to be interrupted, small enough to end within a test. */
export const SLOW = {
  taskType: "upscale",
  parameters: { scale: 4 },
  picture: madePicture("slow.png", { width: 480, height: 360 }),
};
export const QUICK = { taskType: "style_transfer", picture: madePicture("quick.png"), style: "rippled-oil" };

export async function upload({ context }, picture) {
  const answer = await context.request.post("/api/uploads", { multipart: { file: picture } });
  assert.equal(answer.status(), 201, await answer.text());
  return (await answer.json()).files[0];
}

export async function createTask(visitor, { picture, ...rest }) {
  const file = await upload(visitor, picture);
  const answer = await visitor.context.request.post("/api/tasks", {
    data: { parameters: {}, ...rest, inputFiles: [file.id] },
    headers: { "Idempotency-Key": randomUUID() },
  });
  assert.equal(answer.status(), 202, await answer.text());
  return answer.json();
}
