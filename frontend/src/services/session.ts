/** Who is here: set-up, register, log in and out, and the profile. */

import { PROBLEM } from "@shared/constants/status-codes";
import { api, unwrap } from "@/services/api";
import { isCode } from "@/services/errors";
import { canRemember, HERE, recall, remember } from "@/services/preferences";
import type { User } from "@/types/user";
import type { Locale } from "@/utils/formatting";

/**
 * The user of this session, or null when nobody is logged in. Cookies reach no script, so it is remembered that somebody
 * logged in here: a stranger is not asked about, and finds no refusal in the console.
 */
export async function fetchMe(): Promise<User | null> {
  if (recall(HERE) === null && canRemember()) return null;
  try {
    return remembered((await unwrap(api.GET("/api/me"))).user);
  } catch (reason) {
    if (!isCode(reason, PROBLEM.unauthenticated) && !isCode(reason, PROBLEM.setupRequired)) throw reason;
    remember(HERE, null);
    return null;
  }
}

function remembered(user: User): User {
  remember(HERE, user.locale ?? "1");
  return user;
}

export async function logIn(email: string, password: string): Promise<User> {
  return remembered((await unwrap(api.POST("/api/auth/login", { body: { email, password } }))).user);
}

export type Registration = { email: string; password: string; username?: string; invitation?: string };

export async function register(body: Registration): Promise<User> {
  return remembered((await unwrap(api.POST("/api/auth/register", { body }))).user);
}

export async function setUp(body: { token: string; email: string; password: string }): Promise<User> {
  return remembered((await unwrap(api.POST("/api/auth/setup", { body }))).user);
}

export async function logOut(): Promise<void> {
  await unwrap(api.POST("/api/auth/logout"));
  remember(HERE, null);
}

export async function updateMe(body: { username?: string; locale?: Locale }): Promise<User> {
  return remembered((await unwrap(api.PATCH("/api/me", { body }))).user);
}
