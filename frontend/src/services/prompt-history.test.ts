import { expect, it } from "vitest";
import { recallPrompts, rememberPrompt } from "./prompt-history";
import { openWorkbench } from "./workbench";

it("keeps the last 50 prompts of each tool and user, newest first and none twice", () => {
  openWorkbench("user_p");
  for (let index = 0; index < 60; index += 1) rememberPrompt("text_to_image", `prompt ${index}`);
  rememberPrompt("text_to_image", "prompt 30");
  rememberPrompt("text_to_image", "   ");
  const kept = recallPrompts("text_to_image");
  expect(kept).toHaveLength(50);
  expect(kept.slice(0, 2)).toEqual(["prompt 30", "prompt 59"]);
  expect(recallPrompts("image_edit")).toEqual([]);
  openWorkbench("user_q");
  expect(recallPrompts("text_to_image")).toEqual([]);
});
