/** Work goes on at the server; whoever opens the page sees it at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { studioForTests } from "../support/harness.mjs";
import { finished, resultShown } from "../support/studio.mjs";
import { createTask, SLOW } from "../support/tasks.mjs";

const REATTACH_LIMIT_MS = 2000;

const studio = studioForTests();

test("a reload and another device re-attach to a running task within two seconds of loading", async () => {
  const first = await studio.enter();
  const task = await createTask(first, SLOW);
  await first.page.goto("/");
  await running(first).waitFor();
  await first.page.reload({ waitUntil: "load" });
  await attachedInTime("reload", first);

  const second = await studio.enter({ device: "phone", locale: "en" });
  await second.page.goto("/", { waitUntil: "load" });
  await attachedInTime("second device", second);

  assert.equal((await finished(first, task.id)).status, "completed");
  await resultShown(first);
  await resultShown(second);
  assert.deepEqual([...first.faults, ...second.faults], []);
});

async function attachedInTime(who, visitor) {
  const loaded = Date.now();
  await running(visitor).waitFor();
  const took = Date.now() - loaded;
  console.log(`${who}: re-attached ${took} ms after loading`);
  assert.ok(took <= REATTACH_LIMIT_MS, `${who} took ${took} ms`);
}

function running({ page }) {
  return page.getByRole("progressbar").first();
}
