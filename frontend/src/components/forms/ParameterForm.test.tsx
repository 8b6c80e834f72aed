import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { ParameterValues } from "@/services/workbench";
import { style } from "@/testing/fixtures";
import { fieldsOfModel } from "./model-fields";
import { ParameterForm } from "./ParameterForm";
import { readFields } from "./parameter-schema";
import { checkParameters, parametersToSend, visibleFields } from "./parameter-values";

const schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    outputFormat: {
      type: "string",
      title: "格式",
      default: "png",
      oneOf: [
        { const: "png", title: "PNG" },
        { const: "webp", title: "WebP" },
      ],
      "x-advanced": true,
    },
    background: {
      type: "string",
      title: "背景",
      default: "transparent",
      oneOf: [
        { const: "transparent", title: "透明" },
        { const: "color", title: "纯色" },
        { const: "blur", title: "虚化" },
      ],
    },
    color: {
      type: "string",
      format: "color",
      title: "颜色",
      default: "#ffffff",
      "x-visible-when": { background: ["color"] },
    },
    blurRadius: {
      type: "integer",
      title: "半径",
      minimum: 2,
      maximum: 64,
      default: 16,
      "x-visible-when": { background: ["blur"] },
    },
    scale: {
      type: "integer",
      title: "倍数",
      default: 2,
      oneOf: [
        { const: 2, title: "2×" },
        { const: 4, title: "4×" },
      ],
    },
    refineEdges: { type: "boolean", title: "精修", default: true },
    strength: { type: "number", title: "强度", minimum: 0, maximum: 1, "x-step": 0.02, default: 1 },
    blendStyle: { type: "string", format: "style-id", title: "第二种画风", "x-excludes": "styleImage" },
    blendAmount: {
      type: "number",
      title: "比例",
      minimum: 0,
      maximum: 1,
      default: 0.5,
      "x-needs": "blendStyle",
    },
    styleImage: { type: "string", format: "file-id", title: "画风图片" },
    quality: {
      type: "string",
      title: "质量",
      default: "standard",
      oneOf: [{ const: "standard", title: "标准" }],
    },
  },
  "x-order": ["background", "color", "blurRadius"],
};
const BY_MODEL = {
  type: "object",
  properties: {
    quality: {
      type: "string",
      title: "质量",
      default: "standard",
      "x-by-model": true,
      oneOf: [
        { const: "draft", title: "草稿" },
        { const: "standard", title: "标准" },
        { const: "high", title: "精细" },
      ],
    },
  },
};

const fields = readFields(schema);
const names = (values: ParameterValues) => visibleFields(fields, values).map((field) => field.name);

function Form({
  onValues,
  start = {},
}: {
  onValues: (values: ParameterValues) => void;
  start?: ParameterValues;
}) {
  const [values, setValues] = useState(start);
  const change = (next: ParameterValues) => {
    setValues(next);
    onValues(next);
  };
  return <ParameterForm fields={fields} values={values} onChange={change} styles={[style("ink", "水墨")]} />;
}
function setUp(start: ParameterValues = {}) {
  let sent: ParameterValues = start;
  render(<Form start={start} onValues={(values) => (sent = values)} />);
  return () => sent;
}

describe("what is sent", () => {
  it("is the defaults of what is visible, and nothing that is hidden or empty", () => {
    expect(parametersToSend(fields, {})).toEqual({
      background: "transparent",
      outputFormat: "png",
      scale: 2,
      refineEdges: true,
      strength: 1,
    });
  });
  it("leaves defaults that only some models take to the server, so that any model may stand in", () => {
    const quality = readFields(BY_MODEL);
    expect(parametersToSend(quality, {})).toEqual({});
    expect(parametersToSend(quality, { quality: "standard" })).toEqual({});
    expect(parametersToSend(quality, { quality: "high" })).toEqual({ quality: "high" });
    const drafts = fieldsOfModel(quality, {
      parameters: ["quality"],
      choices: { quality: ["draft", "high"] },
      limits: {},
      maxCount: 1,
    });
    expect(parametersToSend(drafts, {})).toEqual({ quality: "draft" });
  });
  it("drops a setting whose condition no longer holds", () => {
    const values = { background: "transparent", color: "#ff0000", blurRadius: 30 };
    expect(parametersToSend(fields, values)).not.toHaveProperty("color");
    expect(parametersToSend(fields, { ...values, background: "color" })).toMatchObject({ color: "#ff0000" });
  });
  it("follows needs and excludes, also through a hidden parameter", () => {
    expect(names({})).not.toContain("blendAmount");
    expect(names({ blendStyle: "ink" })).toContain("blendAmount");
    expect(names({ blendStyle: "ink", styleImage: "file_1" })).not.toContain("blendStyle");
    expect(names({ blendStyle: "ink", styleImage: "file_1" })).not.toContain("blendAmount");
  });
  it("asks no question with one answer", () => {
    expect(names({})).not.toContain("quality");
  });
  it("holds no choice that cannot be had beside the others", () => {
    const title = (value: string) => ({ const: value, title: value });
    const upscale = readFields({
      properties: {
        content: { type: "string", default: "photo", oneOf: ["photo", "art"].map(title) },
        quality: {
          type: "string",
          default: "standard",
          oneOf: [title("standard"), { ...title("high"), "x-visible-when": { content: ["art"] } }],
        },
      },
    });
    const offered = (values: ParameterValues) =>
      visibleFields(upscale, values).find((field) => field.name === "quality")?.choices.length;
    expect(offered({ content: "photo" })).toBeUndefined();
    expect(offered({ content: "art" })).toBe(2);
    expect(parametersToSend(upscale, { content: "art", quality: "high" })).toMatchObject({ quality: "high" });
    expect(parametersToSend(upscale, { content: "photo", quality: "high" })).toEqual({ content: "photo" });
  });
  it("comes in the server's order", () => {
    expect(names({ background: "blur" }).slice(0, 2)).toEqual(["background", "blurRadius"]);
  });
  it("is checked: colour form, range, not a number", () => {
    expect(checkParameters(fields, { background: "color", color: "red" })).toEqual({
      color: { reason: "color" },
    });
    expect(checkParameters(fields, { background: "blur", blurRadius: 1 })).toHaveProperty(
      "blurRadius.reason",
      "range",
    );
    expect(checkParameters(fields, { strength: Number.NaN })).toHaveProperty("strength.reason", "range");
  });
  it("survives an empty or missing schema", () => {
    expect(readFields(undefined)).toEqual([]);
    expect(readFields({ type: "object" })).toEqual([]);
  });
});

describe("ParameterForm", () => {
  it("shows a setting together with the one it depends on", async () => {
    const values = setUp();
    expect(screen.queryByLabelText("颜色")).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("radio", { name: "纯色" }));
    expect(screen.getByLabelText("颜色")).toBeVisible();
    expect(values()).toEqual({ background: "color" });
  });
  it("keeps numbers numbers", async () => {
    const values = setUp();
    await userEvent.click(screen.getByRole("radio", { name: "4×" }));
    expect(values()).toEqual({ scale: 4 });
    fireEvent.change(screen.getByRole("slider", { name: "强度" }), { target: { value: "0.36" } });
    expect(values()).toEqual({ scale: 4, strength: 0.36 });
    expect(screen.getByRole("slider", { name: "强度" })).toHaveAttribute("aria-valuetext", "36%");
  });
  it("moves a slider in the server's steps", () => {
    setUp();
    expect(screen.getByRole("slider", { name: "强度" })).toHaveAttribute("step", "0.02");
  });
  it("switches by keyboard", async () => {
    const values = setUp();
    screen.getByRole("switch", { name: "精修" }).focus();
    await userEvent.keyboard(" ");
    expect(values()).toEqual({ refineEdges: false });
  });
  it("folds rare settings away", () => {
    setUp();
    expect(screen.getByText("更多选项").closest("details")).not.toHaveAttribute("open");
    expect(screen.getByRole("group", { name: "格式", hidden: true }).closest("details")).not.toBeNull();
  });
  it("offers styles by name, and none", async () => {
    const values = setUp();
    await userEvent.selectOptions(screen.getByLabelText("第二种画风"), "水墨");
    expect(values()).toEqual({ blendStyle: "ink" });
    await userEvent.selectOptions(screen.getByLabelText("第二种画风"), "不使用");
    expect(values()).toEqual({ blendStyle: undefined });
  });
  it("says what is wrong beside the field", () => {
    setUp({ background: "color", color: "red" });
    expect(screen.getByLabelText("颜色")).toBeInvalid();
    expect(screen.getByLabelText("颜色")).toHaveAccessibleDescription(/#RRGGBB/);
  });
});
