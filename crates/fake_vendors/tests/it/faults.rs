//! Faults break what they say.

use fake_vendors::{Fault, Vendor};
use serde_json::{Value, json};

use crate::support::{Answer, House, decoded, facts, house};

fn ask(house: &House, mark: &str) -> Result<Answer, ureq::Error> {
    let wish = json!({ "model": "gpt-image-2", "prompt": format!("a cat {mark}"), "n": 2, "size": "1024x1024" });
    house.try_post(Vendor::OpenAi, "/images/generations", &wish, &[])
}

fn answered(house: &House, mark: &str) -> Answer {
    ask(house, mark).unwrap_or_else(|error| panic!("{mark}: {error}"))
}

#[test]
fn statuses_and_their_ends() {
    let house = house();
    for (mark, status) in
        [("[401]", 401), ("[402]", 402), ("[502]", 502), ("[503]", 503), ("[504]", 504), ("[429quota]", 429), ("[refusal]", 400)]
    {
        assert_eq!(answered(&house, mark).status, status, "{mark}");
    }
    assert_eq!([500, 500, 200].map(|_| answered(&house, "[500x:2]").status), [500, 500, 200]);
    let limited = answered(&house, "[429:1]");
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("1")));
    house.assert_clean();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(answered(&house, "[429:1]").status, 429);
    house.assert_blamed("before Retry-After");
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(answered(&house, "[429:1]").status, 200);
    assert!(answered(&house, "[429date:1]").header("retry-after").is_some_and(|date| date.ends_with("GMT")));
    assert!(answered(&house, "[echokey]").json()["error"]["message"].as_str().is_some_and(|text| text.contains("fake-key")));
}

#[test]
fn broken_connections_and_endless_answers_are_errors_of_the_client() {
    let house = house();
    for mark in ["[hang]", "[hangheaders]", "[slowloris]", "[streamhang]", "[drop]", "[dropmid]", "[reset]", "[chunkforever]", "[hugebody]"]
    {
        assert!(ask(&house, mark).is_err(), "{mark}");
    }
    house.assert_clean();
}

#[test]
fn bodies_that_are_not_what_they_should_be() {
    let house = house();
    for mark in ["[badjson]", "[html200]", "[utf16]", "[deepjson]"] {
        let answer = answered(&house, mark);
        assert_eq!(answer.status, 200);
        assert!(serde_json::from_slice::<Value>(&answer.bytes).is_err(), "{mark}");
    }
    assert!(answered(&house, "[nulldata]").json()["data"].is_null());
    assert_eq!(answered(&house, "[emptydata]").json()["data"], json!([]));
    assert_eq!(answered(&house, "[fewer]").json()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(answered(&house, "[more]").json()["data"].as_array().map(Vec::len), Some(3));
    assert!(answered(&house, "[negusage]").json()["usage"]["total_tokens"].as_i64().is_some_and(|tokens| tokens < 0));
    assert!(answered(&house, "[http200error]").json()["error"].is_object());
    let bomb = answered(&house, "[gzipbomb]");
    assert_eq!(bomb.header("content-encoding"), Some("gzip"));
    assert!(bomb.bytes.len() < 64 << 20);
}

#[test]
fn pictures_that_are_none() {
    let house = house();
    let first = |mark| answered(&house, mark).json()["data"][0]["b64_json"].clone();
    assert!(first("[badb64]").as_str().is_some_and(|text| text.contains('!')));
    assert!(decoded(&first("[b64svg]")).starts_with(b"<svg"));
    assert!(decoded(&first("[b64html]")).starts_with(b"<!doctype"));
    assert!(decoded(&first("[headerbomb]")).starts_with(b"\x89PNG"));
    assert_ne!(facts(&decoded(&first("[wrongsize]"))).1, 1024);
}

#[test]
fn links_that_lead_astray() {
    let house = house();
    let link = |mark| answered(&house, mark).json()["data"][0]["url"].as_str().expect("a link").to_owned();
    let get = |url: &str| house.send("GET", url, &[], b"").expect("an answer");
    let forbidden = format!("http://{}/", house.fakes.forbidden_address());
    assert!(link("[urlprivate]").starts_with(&forbidden));
    assert_eq!(link("[urlfile]"), "file:///etc/passwd");
    assert_eq!(get(&link("[urldead]")).status, 404);
    assert!(get(&link("[urlredirectprivate]")).header("location").is_some_and(|to| to.starts_with(&forbidden)));
    assert!(answered(&house, "[redirectprivate]").header("location").is_some_and(|to| to.starts_with(&forbidden)));
    assert_eq!(house.fakes.forbidden_connections(), 0);
    assert!(house.send("GET", &forbidden, &[], b"").is_err());
    assert!(house.fakes.forbidden_connections() > 0);
}

#[test]
fn faults_can_be_set_for_requests_without_a_prompt() {
    let house = house();
    house.fakes.inject(Vendor::Stability, "[402]");
    assert_eq!(house.get(Vendor::Stability, "/v1/user/balance").status, 402);
    house.fakes.reset();
    assert_eq!(house.get(Vendor::Stability, "/v1/user/balance").status, 200);
}

#[test]
fn every_fault_means_something_somewhere() {
    for fault in Fault::ALL {
        assert!(Vendor::ALL.into_iter().any(|vendor| vendor.supports(*fault)), "{fault:?}");
    }
}

#[test]
fn the_control_port_tells_and_forgets() {
    let house = house();
    answered(&house, "");
    let control = house.fakes.control_url();
    let get = |path: &str| house.send("GET", &format!("{control}{path}"), &[], b"").expect("an answer").json();
    let requests = get("/control/requests?vendor=openai");
    assert_eq!((&requests[0]["path"], &requests[0]["body"]["value"]["n"]), (&json!("/v1/images/generations"), &json!(2)));
    assert_eq!(requests[0]["credentials"], json!([["authorization", "Bearer fake-key"]]));
    assert_eq!(get("/control/addresses"), house.fakes.describe());
    house.send("POST", &format!("{control}/control/reset"), &[], b"").expect("an answer");
    assert_eq!(get("/control/requests"), json!([]));
}
