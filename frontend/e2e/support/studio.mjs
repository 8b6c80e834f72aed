/** What a creator does in the studio, found by role and label as people find it. */
import assert from "node:assert/strict";

/** As the engine on a busy machine needs it. */
export const RESULT_LIMIT_MS = 120_000;

export async function openCreate({ page, t }) {
  await page.goto("/");
  await page.getByRole("group", { name: t("create.tools") }).waitFor();
}

/** Chooses files in the picker of the drop zone. */
export async function addPhotos({ page }, files) {
  await page.locator("input[type=file]:not([capture])").first().setInputFiles(files);
}

/** Waits until this many pictures are stored by the server. */
export async function photosReady({ page, t }, count = 1) {
  const list = page.getByRole("list", { name: t("common.upload.list") });
  for (let at = 0; at < count; at += 1)
    await list
      .getByRole("listitem")
      .nth(at)
      .getByText(/\d+ × \d+/)
      .waitFor();
}

export async function chooseTool({ page, t }, index) {
  const tool = page
    .getByRole("group", { name: t("create.tools") })
    .getByRole("radio")
    .nth(index);
  await tool.check();
}

export function pressButton({ page, t }) {
  return page.getByRole("button", { name: new RegExp(`^(${t("create.press")}|${t("create.pressWait")})$`) });
}

/** Presses and gives the task as the server accepted it. */
export async function press(visitor) {
  const accepted = visitor.page.waitForResponse(
    (answer) => answer.request().method() === "POST" && new URL(answer.url()).pathname === "/api/tasks",
  );
  await pressButton(visitor).click();
  const answer = await accepted;
  assert.equal(answer.status(), 202, await answer.text());
  return answer.json();
}

/** The finished picture on the stage, with its divider. */
export async function resultShown({ page, t }) {
  const viewer = page.getByRole("application", { name: t("tasks.viewer") });
  await viewer.waitFor({ timeout: RESULT_LIMIT_MS });
  return { viewer, divider: viewer.getByRole("slider", { name: t("tasks.compareSlider") }) };
}

/** Follows a task on the server until it is final. */
export async function finished({ context }, id) {
  const deadline = Date.now() + RESULT_LIMIT_MS;
  while (Date.now() < deadline) {
    const task = await (await context.request.get(`/api/tasks/${id}`)).json();
    if (["completed", "failed", "cancelled"].includes(task.status)) return task;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`task ${id} did not end in time`);
}
