// What must hold of docker-compose.yml whoever changes it: node scripts/tests/compose.mjs SINGLE.json FLEET.json SAMPLE
// SINGLE and FLEET are what `docker compose config --format json` makes of it; SAMPLE is .env.example.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const [single, fleet] = process.argv.slice(2, 4).map((file) => JSON.parse(readFileSync(file, "utf8")));
const known = new Set([...readFileSync(process.argv[4], "utf8").matchAll(/^(?:# )?([A-Z0-9_]+)=/gm)].map((match) => match[1]));
const ONE_SHOT = ["secrets", "bucket"];
const entries = Object.entries(fleet.services);
const named = (test) => entries.filter(([name, service]) => test(service, name)).map(([name]) => name);
const MIB = 2 ** 20;

assert.deepEqual(Object.keys(single.services).sort(), ["app", "database", "nginx", "secrets"]);
assert.deepEqual(Object.keys(fleet.services).sort(), ["app", "bucket", "database", "nginx", "redis", "s3", "secrets", "worker"]);
assert.deepEqual(named((service) => service.ports), ["nginx"], "nothing but nginx is published");

// Who can do little harm when it is taken over.
assert.deepEqual(named((service) => !service.read_only), [], "read-only root");
assert.deepEqual(named((service) => service.cap_drop?.join() !== "ALL"), [], "no capability that is not named");
assert.deepEqual(named((service) => !service.security_opt?.includes("no-new-privileges:true")), []);
assert.deepEqual(named((service) => service.privileged || service.pid || service.network_mode === "host"), []);
const reach = (name) => Object.keys(fleet.services[name].networks ?? {}).sort().join();
assert.deepEqual(["nginx", "app", "worker"].map(reach), ["edge,public", "edge,inside,outside", "inside,outside"]);
assert.deepEqual(["database", "redis", "s3", "bucket", "secrets"].map(reach), ["inside", "inside", "inside", "inside", ""]);
assert(fleet.networks.inside.internal && fleet.networks.edge.internal);
assert.equal(fleet.services.app.environment.TRUSTED_PROXIES, fleet.networks.edge.ipam.config[0].subnet);

// Bounds: 1 GiB for what always runs.
assert.deepEqual(named((service) => !service.mem_limit || !service.pids_limit), []);
const memory = Object.entries(single.services).filter(([name]) => !ONE_SHOT.includes(name));
assert(memory.reduce((sum, [, service]) => sum + Number(service.mem_limit), 0) <= 1024 * MIB, "1 GiB");
assert.deepEqual(named((service) => service.logging?.options?.["max-size"] === undefined), [], "logs that end");

// Whoever can be asked is asked; the image of `app` brings its own question.
const asked = named((service) => service.healthcheck?.test);
assert.deepEqual(asked.sort(), ["database", "nginx", "redis", "s3"]);
assert.match(readFileSync(new URL("../../deploy/Dockerfile", import.meta.url), "utf8"), /^HEALTHCHECK .*"health"\]$/m);
assert.deepEqual(named((service) => service.restart === "no").sort(), [...ONE_SHOT].sort());
for (const name of ["app", "worker"]) assert.equal(fleet.services[name].stop_grace_period, "10m20s", "WORKER_DRAIN_SECONDS and the rest");

// Secrets are in files; every setting is one that somebody reads.
for (const [name, service] of entries) {
  for (const [variable, value] of Object.entries(service.environment ?? {})) {
    if (/(PASSWORD|SECRET|_KEY|_URL|TOKEN)$/.test(variable)) assert.equal(value ?? "", "", `${name}: ${variable}`);
    if (variable.endsWith("_FILE")) assert(value.startsWith("/secrets/"), `${name}: ${variable}`);
    if (name === "app" || name === "worker") assert(known.has(variable.replace(/_FILE$/, "")), `${variable} is no setting`);
  }
}
assert.deepEqual(named((service) => service.environment?.POSTGRES_HOST_AUTH_METHOD), []);
assert.deepEqual(named((service) => !service.build && !/:\d/.test(service.image)), [], "images by version");
