//! Our id of a request in the form that the server takes, so that a lost answer can be looked up.

use aws_lc_rs::digest::{SHA256, digest};

/// The bits of a UUID that say how it was made, and their values here.
const VERSION_AND_VARIANT: u128 = (0xf << 76) | (0b11 << 62);
const VERSION_8_OF_RFC_9562: u128 = (8 << 76) | (0b10 << 62);

/// A UUID that follows from the request's id: version 8 of RFC 9562 (§5.8), from SHA-256.
pub fn prompt_id(request_id: &str) -> String {
    let number = (first_half(request_id) & !VERSION_AND_VARIANT) | VERSION_8_OF_RFC_9562;
    let digits = format!("{number:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// A seed that nobody chose: as random as the request's id is unique.
pub fn seed(request_id: &str) -> u32 {
    (first_half(request_id) >> 96) as u32
}

/// A name for content, the same for the same.
pub fn name_of(content: &[u8]) -> String {
    format!("{:032x}", first_half_of(content))
}

fn first_half(request_id: &str) -> u128 {
    first_half_of(request_id.as_bytes())
}

fn first_half_of(content: &[u8]) -> u128 {
    digest(&SHA256, content).as_ref()[..16].iter().fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_request_has_the_same_uuid() {
        // `printf attempt_1 | sha256sum`, with the bits of version and variant set.
        assert_eq!((prompt_id("attempt_1").as_str(), seed("attempt_1")), ("6d4468a8-0979-8b27-bcd1-9e026aa52ac9", 1833199784));
        assert_ne!(prompt_id("attempt_1"), prompt_id("attempt_2"));
    }
}
