import { describe, expect, it } from "vitest";
import { changeDraft, getDraft, openWorkbench, parseDraft, setParameters } from "./workbench";

describe("the draft", () => {
  it("survives a reload", () => {
    openWorkbench("user_a");
    changeDraft({ taskType: "upscale", fileIds: ["file_1"] });
    setParameters("upscale", { scale: 4 });
    const text = localStorage.getItem("danqing.draft.user_a");
    expect(parseDraft(text)).toEqual({
      taskType: "upscale",
      style: null,
      parameters: { upscale: { scale: 4 } },
      models: {},
      wording: {},
      fileIds: ["file_1"],
    });
  });
  it("is never shown to another user of the same browser", () => {
    openWorkbench("user_b");
    changeDraft({ taskType: "style_transfer", fileIds: ["file_secret"] });
    openWorkbench("user_c");
    expect(getDraft()).toEqual({
      taskType: null,
      style: null,
      parameters: {},
      models: {},
      wording: {},
      fileIds: [],
    });
  });
  it("of an older page or with nonsense in it is read as far as it makes sense", () => {
    expect(parseDraft("{not json").fileIds).toEqual([]);
    expect(parseDraft('{"taskType":7,"fileIds":["file_1",3],"parameters":null}')).toEqual({
      taskType: null,
      style: null,
      parameters: {},
      models: {},
      wording: {},
      fileIds: ["file_1"],
    });
  });
});
