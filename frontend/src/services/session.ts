/** Who is here: set-up, register, log in and out, and the profile. */

import { PROBLEM } from "@shared/constants/status-codes";
import { api, unwrap } from "@/services/api";
import { isCode } from "@/services/errors";
import type { User } from "@/types/user";
import type { Locale } from "@/utils/formatting";

/** The user of this session, or null when nobody is logged in. */
export async function fetchMe(): Promise<User | null> {
  try {
    return (await unwrap(api.GET("/api/me"))).user;
  } catch (reason) {
    if (isCode(reason, PROBLEM.unauthenticated) || isCode(reason, PROBLEM.setupRequired)) return null;
    throw reason;
  }
}

export async function logIn(email: string, password: string): Promise<User> {
  return (await unwrap(api.POST("/api/auth/login", { body: { email, password } }))).user;
}

export type Registration = { email: string; password: string; username?: string; invitation?: string };

export async function register(body: Registration): Promise<User> {
  return (await unwrap(api.POST("/api/auth/register", { body }))).user;
}

export async function setUp(body: { token: string; email: string; password: string }): Promise<User> {
  return (await unwrap(api.POST("/api/auth/setup", { body }))).user;
}

export async function logOut(): Promise<void> {
  await unwrap(api.POST("/api/auth/logout"));
}

export async function updateMe(body: { username?: string; locale?: Locale }): Promise<User> {
  return (await unwrap(api.PATCH("/api/me", { body }))).user;
}
