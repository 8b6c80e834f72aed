/**
 * The one error of the page. Whatever goes wrong between here and the server becomes an `ApiError` with
 * a stable code; the words for it are chosen in components/common/ErrorMessage.
 */
import type { Problem } from "@/types/api";

export type FieldError = { field: string; code: string; message: string };

export class ApiError extends Error {
  readonly status: number;
  /** Stable code of the server, or `network`, `aborted`, `unreadable` for failures on the way. */
  readonly code: string;
  readonly title: string | null;
  readonly detail: string | null;
  readonly requestId: string | null;
  readonly fields: FieldError[];
  readonly retryAfterSeconds: number | null;
  /** Credits needed and owned, when the balance was the reason. */
  readonly required: number | null;
  readonly balance: number | null;

  constructor(code: string, status: number, problem: Partial<Problem> = {}, requestId: string | null = null) {
    super(problem.detail ?? problem.title ?? code);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.title = text(problem.title);
    this.detail = text(problem.detail);
    this.requestId = text(problem.requestId) ?? requestId;
    this.fields = Array.isArray(problem.errors) ? problem.errors : [];
    this.retryAfterSeconds = number(problem.retryAfterSeconds);
    this.required = number(problem.required);
    this.balance = number(problem.balance);
  }
}

/** Turns a refused answer into an error; a body that is no problem document (a proxy's page) is not shown. */
export function errorFromAnswer(status: number, body: unknown, requestId: string | null): ApiError {
  if (isProblem(body)) return new ApiError(body.code, status, body, requestId);
  const code = status === 401 ? "unauthenticated" : status === 404 ? "not_found" : "unreadable";
  return new ApiError(code, status, {}, requestId);
}

export function toApiError(reason: unknown): ApiError {
  if (reason instanceof ApiError) return reason;
  if (reason instanceof DOMException && reason.name === "AbortError") return new ApiError("aborted", 0);
  if (reason instanceof TypeError) return new ApiError("network", 0);
  return new ApiError("internal", 0);
}

export function isCode(reason: unknown, code: string): boolean {
  return reason instanceof ApiError && reason.code === code;
}

/** May the same request be sent again without asking: the way failed, or the server was busy. */
export function isTransient(reason: unknown): boolean {
  const error = toApiError(reason);
  return error.code === "network" || error.status === 502 || error.status === 503 || error.status === 504;
}

const UNFIT_FILE = [
  "file_empty",
  "file_too_large",
  "file_type_unsupported",
  "file_corrupt",
  "image_too_large",
  "image_too_many_frames",
];

/** The file itself is at fault: sending it again can only fail again. */
export function isUnfitFile(error: ApiError): boolean {
  return UNFIT_FILE.includes(error.code);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Problem).code === "string";
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
