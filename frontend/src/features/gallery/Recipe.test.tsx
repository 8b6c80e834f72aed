import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { finished } from "@/testing/fixtures";
import { Recipe } from "./Recipe";

const show = (parameters: Record<string, unknown>) =>
  render(
    <Recipe
      task={finished({ prompt: "Repaint in the style “Mist”", parameters })}
      result={null}
      tool={undefined}
      toolName="风格迁移"
      styles={[]}
      promptStyles={[]}
      templates={[]}
    />,
  );

it("shows a prompt only where somebody typed one, and once", () => {
  const { unmount } = show({});
  expect(screen.queryByText("提示词")).not.toBeInTheDocument();
  expect(screen.queryByText(/Repaint/)).not.toBeInTheDocument();
  unmount();
  show({ prompt: "一只猫" });
  expect(screen.getByText("提示词")).toBeVisible();
  expect(screen.getByText("一只猫")).toBeVisible();
  expect(screen.queryByText("prompt")).not.toBeInTheDocument();
});
