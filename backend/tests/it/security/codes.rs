//! The list of error codes in docs/API.md.

use std::collections::BTreeMap;

use danqing::error::Code;

const DOCUMENT: &str = include_str!("../../../../docs/API.md");

/// Rows of the form ``| `code` | status | …``.
fn documented() -> BTreeMap<&'static str, u16> {
    let row = |line: &'static str| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let code = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((code, cells.next()?.parse().ok()?))
    };
    DOCUMENT.lines().filter_map(row).collect()
}

#[test]
fn every_code_is_documented_with_its_status() {
    let codes: BTreeMap<&str, u16> = Code::ALL.iter().map(|code| (code.as_str(), code.status())).collect();
    assert_eq!(documented(), codes);
}
