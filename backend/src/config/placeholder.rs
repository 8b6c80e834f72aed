//! Recognises values that were copied from a sample file and never filled in: `your-api-key`, `change-me`,
//! `sk-...`. Such a value counts as absent, because taking it for a real key fails later and less clearly.

/// Parts that no real key, bucket or account contains.
const TELLING_PARTS: [&str; 15] = [
    "your-",
    "your_",
    "yourdomain",
    "your.",
    "change-me",
    "change_me",
    "changeme",
    "replace-me",
    "replace_me",
    "replaceme",
    "placeholder",
    "account-id",
    "account_id",
    "...",
    "xxxxxx",
];

/// Whole values that manuals use for buckets. Passwords like "password" are no sign: test servers really have them.
const TELLING_VALUES: [&str; 7] = ["my-bucket", "my-bucket-name", "bucket-name", "example-bucket", "my-r2-bucket", "my-s3-bucket", "todo"];

/// What precedes the secret part of well-known keys.
const KEY_PREFIXES: [&str; 6] = ["sk_test_", "sk_live_", "pk_test_", "pk_live_", "whsec_", "sk-"];

/// Whether somebody still has to replace this value by a real one.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    let bracketed = value.contains('<') && value.contains('>');
    let body = KEY_PREFIXES.iter().find_map(|prefix| value.strip_prefix(prefix)).unwrap_or(&value);
    let filler = body.chars().all(|c| matches!(c, 'x' | '*' | '.' | '…' | '-' | '_'));
    bracketed || filler || TELLING_VALUES.contains(&value.as_str()) || TELLING_PARTS.iter().any(|part| value.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_values_are_recognised() {
        for value in [
            "your-jwt-secret-key",
            "sk-your-openai-api-key",
            "sk_test_your_stripe_key",
            "sk_test_...",
            "sk-xxx",
            "whsec_",
            "change-me",
            "CHANGE_ME_32_chars",
            "your-email@gmail.com",
            "my-bucket",
            "<api key>",
            "https://your-account-id.r2.cloudflarestorage.com",
            "https://<ACCOUNT_ID>.r2.cloudflarestorage.com",
            "https://cdn.yourdomain.com",
            "********",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn real_values_are_left_alone() {
        for value in [
            "sk-proj-4fT9aZ",
            "sk_live_51Hx0",
            "danqing-photos",
            "https://cdn.example.com",
            "https://0f9c.r2.cloudflarestorage.com",
            "minioadmin",
            "password",
            "q4Jb0yqXbBJ8pQyQ4x8V+Oj7m3mF0K6m9b3l7c1d2e0=",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
