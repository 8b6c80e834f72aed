/** Pictures made of words, as somebody asks for them on the create page. */
import { ask } from "./accounts.mjs";
import { openCreate } from "./studio.mjs";

/** Opens the create page with a tool, and gives what the catalogue says of it. */
export async function openTool(visitor, taskType) {
  const { tools } = await ask(visitor, "/api/tools");
  const tool = tools.find((each) => each.taskType === taskType);
  await openCreate(visitor);
  await visitor.page
    .getByRole("group", { name: visitor.t("create.tools") })
    .getByRole("radio", { name: tool.name })
    .check();
  return tool;
}

/** Writes what is wanted. */
export async function describe({ page }, tool, words) {
  await page.getByRole("textbox", { name: tool.parameters.properties.prompt.title }).fill(words);
}

/** Names the model, by its id. Gives it. */
export async function nameModel({ page, t }, tool, id) {
  const model = tool.models.find((each) => each.id === id);
  await page.locator("summary", { hasText: t("create.model.title") }).click();
  await page.getByRole("radio", { name: model.name, exact: true }).check();
  return model;
}

/** Sets how many pictures are wanted. */
export async function wantPictures({ page }, tool, count) {
  const { title } = tool.parameters.properties.count;
  await page
    .getByRole("spinbutton", { name: title })
    .or(page.getByRole("slider", { name: title }))
    .first()
    .fill(String(count));
}
