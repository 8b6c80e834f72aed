//! `danqing health`: the check of a container.

use crate::support::Place;

#[test]
fn a_server_that_serves_is_healthy_and_one_that_is_gone_is_not() {
    let mut place = Place::on_sqlite(&[("DEFAULT_LOCALE", "en")]);
    let server = place.serve();
    place.set("HOST", "0.0.0.0");
    place.set("PORT", &server.port().to_string());
    assert_eq!(place.run(&["health"]).trim(), "ok");
    assert!(server.stop().success());
    let complaint = place.refuse(&["health"]);
    assert!(complaint.contains("is not ready") && complaint.contains("127.0.0.1:"), "{complaint}");
}
