//! `danqing serve`

use crate::support::Place;

#[tokio::test]
async fn a_server_says_where_it_is_answers_and_stops_when_asked() {
    let place = Place::new().await;
    let server = place.serve();
    assert!(server.greeting().contains(" is at http://localhost:0 (port "), "{}", server.greeting());
    assert_eq!(server.visitor().get("/api/app").expect(200)["setupRequired"], true);
    let owner = server.owner(&place);
    assert_eq!(owner.get("/api/me").expect(200)["user"]["role"], "owner");
    assert!(server.stop().success());
}

#[tokio::test]
async fn accounts_outlive_a_server_that_is_killed() {
    let place = Place::new().await;
    let first = place.serve();
    let owner = first.owner(&place);
    first.kill();
    let second = place.serve();
    assert_eq!(owner.moved_to(second.port()).get("/api/me").expect(200)["user"]["email"], "owner@example.com");
}
