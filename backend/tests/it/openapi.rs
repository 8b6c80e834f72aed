//! The API document that is checked in is the one that the routes make.

#[test]
fn the_checked_in_document_is_what_the_code_makes() {
    let made = danqing::router::document().to_pretty_json().unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap();
    let differs = made.trim().lines().zip(kept.trim().lines()).find(|(made, kept)| made != kept);
    assert_eq!(made.trim().lines().count(), kept.trim().lines().count(), "run scripts/gen.sh; first difference: {differs:?}");
    assert_eq!(differs, None, "run scripts/gen.sh");
}
