import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { UploadItem } from "@/services/upload-queue";
import { storedFile } from "@/testing/fixtures";
import { SamePhoto } from "./SamePhoto";

const item = (key: string, sha256: string): UploadItem => ({
  key,
  name: `${key}.jpg`,
  sizeBytes: 9,
  status: "stored",
  progress: 1,
  previewUrl: null,
  error: null,
  stored: storedFile({ sha256 }),
});

it("says that each of two equal photos is paid for, whatever their names", () => {
  render(<SamePhoto items={[item("one", "ab"), item("other", "cd"), item("copy", "ab")]} />);
  expect(screen.getByRole("status")).toHaveTextContent("同一张照片选了两次：每张都会处理并分别计费。");
});

it("says nothing of different photos, and of those that are not stored yet", () => {
  render(
    <SamePhoto items={[item("one", "ab"), { ...item("two", "ab"), stored: null }, item("three", "cd")]} />,
  );
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
});
