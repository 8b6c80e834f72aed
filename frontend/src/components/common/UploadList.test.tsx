import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiError } from "@/services/errors";
import type { UploadItem } from "@/services/upload-queue";
import { UploadList } from "./UploadList";

const failed = (code: string, status: number): UploadItem => ({
  key: code,
  name: `${code}.jpg`,
  sizeBytes: 9,
  status: "failed",
  progress: 1,
  previewUrl: "blob:preview",
  error: new ApiError(code, status, { title: code, detail: `why ${code}` }),
  stored: null,
});
const show = (items: UploadItem[], used?: number) =>
  render(
    <UploadList items={items} onRemove={() => {}} onRetry={() => {}} {...(used !== undefined && { used })} />,
  );

it("offers to send again only what failed on the way, not a file that can never be taken", () => {
  const unfit = ["file_type_unsupported", "file_corrupt", "image_too_large"];
  show([...unfit.map((code) => failed(code, 400)), failed("network", 0), failed("overloaded", 503)]);
  for (const code of unfit) {
    expect(screen.queryByRole("button", { name: `重新上传 ${code}.jpg` })).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: `移除 ${code}.jpg` })).toBeVisible();
  }
  for (const code of ["network", "overloaded"])
    expect(screen.getByRole("button", { name: `重新上传 ${code}.jpg` })).toBeVisible();
});

it("does not count a refused file among those the tool uses", () => {
  const waiting: UploadItem = { ...failed("x", 0), key: "w", status: "waiting", error: null, progress: 0 };
  const { container } = show([failed("file_corrupt", 400), waiting], 1);
  expect(container.querySelectorAll(".opacity-60")).toHaveLength(0);
});

it("shows a sign of its own for a file that is no picture", () => {
  const { container } = show([failed("file_type_unsupported", 415)]);
  fireEvent.error(container.querySelector("img") as HTMLImageElement);
  expect(container.querySelector("img")).toBeNull();
  expect(container.querySelector(".lucide-image-off")).not.toBeNull();
});
