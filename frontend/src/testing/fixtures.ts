/** Small valid objects of the contract; a test overrides only what it is about. */
import type {
  AiModel,
  AppInfo,
  Credits,
  Pack,
  Payment,
  PromptStyle,
  Provider,
  ProviderCredential,
  ProviderTest,
  StoredFile,
  Style,
  Template,
  Tool,
} from "@/types/api";
import type { Quote, Task, TaskResult } from "@/types/task";
import type { User } from "@/types/user";

export const app = (change: Partial<AppInfo> = {}): AppInfo => ({
  name: "丹青",
  version: "1.0.0",
  setupRequired: false,
  registration: "open",
  mail: false,
  locale: "zh-CN",
  timezone: "Asia/Shanghai",
  limits: {
    maxFileSizeBytes: 100 * 1024 * 1024,
    directUploads: false,
    maxFilesPerTask: 5,
    maxPixels: 50_000_000,
    acceptedTypes: ["image/jpeg", "image/png", "image/webp"],
  },
  refundRefusals: "all",
  undoSeconds: 10,
  ...change,
});

export const user = (change: Partial<User> = {}): User => ({
  id: "user_1",
  email: "li@example.com",
  emailVerified: true,
  username: null,
  avatarUrl: null,
  role: "user",
  locale: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  ...change,
});

export const credits = (change: Partial<Credits> = {}): Credits => ({
  credits: 10,
  totalEarned: 10,
  totalSpent: 0,
  debt: 0,
  unlimited: false,
  version: 1,
  ...change,
});

export const pack = (change: Partial<Pack> = {}): Pack => ({
  id: "medium",
  name: "中份",
  price: 4900,
  currency: "CNY",
  decimals: 2,
  credits: 500,
  bonus: 50,
  ...change,
});

export const payment = (change: Partial<Payment> = {}): Payment => ({
  id: "pay_1",
  status: "paid",
  pack: "medium",
  name: "中份",
  credits: 550,
  amount: 4900,
  currency: "CNY",
  decimals: 2,
  amountReversed: 0,
  creditsReversed: 0,
  test: false,
  receiptUrl: "https://pay.stripe.com/receipts/1",
  invoiceUrl: null,
  createdAt: "2026-11-22T23:51:02.818Z",
  paidAt: "2026-11-22T23:51:40.112Z",
  ...change,
});

export const tool = (change: Partial<Tool> = {}): Tool => ({
  taskType: "remove_background",
  name: "抠图",
  description: "去掉背景",
  available: true,
  unavailable: null,
  combinesInputs: false,
  inputs: { min: 1, max: 1 },
  price: 1,
  aiMark: "edited",
  usesStyles: false,
  parameters: { properties: {} },
  models: [],
  ...change,
});

export const model = (change: Partial<AiModel> = {}): AiModel => ({
  id: "first",
  name: "First",
  provider: "vendor-a",
  providerName: "Vendor A",
  available: true,
  unavailable: null,
  price: 4,
  parameters: [],
  choices: {},
  limits: {},
  maxCount: 4,
  maxInputs: 5,
  namedStyles: true,
  promptLanguages: ["zh", "en"],
  ...change,
});

export const provider = (change: Partial<Provider> = {}): Provider => ({
  id: "openai",
  name: "OpenAI",
  keyPage: "https://platform.example.com/keys",
  needs: "key",
  market: "abroad",
  baseUrl: "https://api.example.com/v1",
  configured: false,
  environment: {
    keyVariable: "OPENAI_API_KEY",
    addressVariable: "OPENAI_BASE_URL",
    baseUrl: null,
    accounts: [],
  },
  credentials: [],
  models: [{ id: "first", name: "First", taskTypes: ["text_to_image"] }],
  ...change,
});

export const credential = (change: Partial<ProviderCredential> = {}): ProviderCredential => ({
  id: "cred_1",
  label: "OpenAI",
  readable: true,
  keyHint: "wxyz",
  baseUrl: null,
  hasWebhookSecret: false,
  proxy: null,
  weight: 1,
  concurrency: null,
  enabled: true,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  lastTest: null,
  restsUntil: null,
  ...change,
});

export const keyTest = (change: Partial<ProviderTest> = {}): ProviderTest => ({
  ok: true,
  outcome: "ok",
  message: "OpenAI 已响应",
  advice: null,
  baseUrl: null,
  testedAt: "2026-01-01T00:00:00.000Z",
  ...change,
});

export const style = (id: string, name: string): Style => ({
  id,
  name,
  description: "",
  previewUrl: `/styles/${id}.webp`,
  tags: [],
});

export const promptStyle = (id: string, name: string): PromptStyle => ({
  id,
  version: 1,
  taskTypes: ["text_to_image"],
  name,
  description: "",
  tags: [],
  colors: ["#112233", "#445566"],
});

export const template = (change: Partial<Template> = {}): Template => ({
  id: "poster",
  version: 1,
  taskTypes: ["text_to_image"],
  name: "海报",
  description: "写下海报上画什么",
  slots: [
    { id: "headline", title: "标题文字", required: true, default: null, maxLength: 8, choices: [] },
    {
      id: "mood",
      title: "气氛",
      required: false,
      default: "bold",
      maxLength: 120,
      choices: [
        { value: "bold", title: "热烈" },
        { value: "calm", title: "清雅" },
      ],
    },
  ],
  ...change,
});

export const storedFile = (change: Partial<StoredFile> = {}): StoredFile => ({
  id: "file_1",
  name: "cat.jpg",
  mime: "image/jpeg",
  width: 300,
  height: 200,
  sizeBytes: 2048,
  sha256: "",
  url: "/files/file_1",
  thumbnailUrl: "/files/file_1/thumbnail",
  downloadUrl: "/files/file_1?download",
  thumbhash: "",
  createdAt: "2026-01-01T00:00:00.000Z",
  ...change,
});

export const quote = (change: Partial<Quote> = {}): Quote => ({
  credits: 1,
  count: 1,
  pricePerPicture: 1,
  model: "m",
  provider: "embedded",
  balance: 10,
  sufficient: true,
  estimatedSeconds: null,
  warnings: [],
  ...change,
});

export const task = (change: Partial<Task> = {}): Task => ({
  id: "task_1",
  taskNo: "20260101-ABCD2345",
  userId: "user_1",
  status: "pending",
  taskType: "remove_background",
  style: null,
  inputFiles: ["file_1"],
  inputs: [storedFile()],
  parameters: {},
  prompt: null,
  provider: "embedded",
  providerName: "",
  model: "m",
  modelNamed: false,
  notDelivered: [],
  triedBefore: [],
  resultUrls: [],
  results: [],
  progress: 0,
  stage: "queued",
  queuePosition: null,
  error: null,
  credits: 1,
  creditsRefunded: 0,
  priceDifference: 0,
  retryCount: 0,
  retryOf: null,
  version: 1,
  cancelRequestedAt: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  startedAt: null,
  estimatedCompletionAt: null,
  completedAt: null,
  ...change,
});

export const result = (change: Partial<TaskResult> = {}): TaskResult => ({
  fileId: "result_1",
  inputFile: "file_1",
  url: "/files/result_1",
  thumbnailUrl: "/files/result_1/thumbnail",
  downloadUrl: "/files/result_1?download",
  width: 300,
  height: 200,
  mime: "image/png",
  sizeBytes: 2048,
  thumbhash: "",
  ...change,
});

export const finished = (change: Partial<Task> = {}): Task =>
  task({ status: "completed", stage: "done", progress: 1, version: 9, ...change });

export const page = <T>(items: T[]) => ({ items, total: items.length, limit: 20, offset: 0 });

/** A file that begins like a picture of that type. */
export function picture(
  name: string,
  type: "jpeg" | "png" | "webp" | "heic",
  size = 64,
  declared = `image/${type}`,
): File {
  const heads: Record<typeof type, number[]> = {
    jpeg: [0xff, 0xd8, 0xff, 0xe0],
    png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    webp: [...text("RIFF"), 0, 0, 0, 0, ...text("WEBP")],
    heic: [0, 0, 0, 0x18, ...text("ftypheic")],
  };
  const bytes = new Uint8Array(size);
  bytes.set(heads[type]);
  return new File([bytes], name, { type: declared });
}

const text = (letters: string) => Array.from(letters, (letter) => letter.charCodeAt(0));
